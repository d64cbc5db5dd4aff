/** The most a message may have, in bytes of the body as it was sent. */
export const mostBytes = 32_000

type Check = (value: unknown, at: string) => string | undefined

const invalid = (at: string, why: string) => `Invalid value at '${at}': ${why}`

const text: Check = (value, at) => (typeof value === 'string' ? undefined : invalid(at, 'must be a string'))
const filled: Check = (value, at) => text(value, at) ?? (value === '' ? invalid(at, 'is empty') : undefined)
const number: Check = (value, at) => (typeof value === 'number' ? undefined : invalid(at, 'must be a number'))
const bool: Check = (value, at) =>
  typeof value === 'boolean' ? undefined : invalid(at, 'must be true or false')
const link: Check = (value, at) => {
  const fault = text(value, at)
  if (fault) return fault
  const { protocol = '' } = URL.parse(String(value)) ?? {}
  return /^(https?|mailto):$/.test(protocol) ? undefined : invalid(at, 'must be a link')
}

const list =
  (of: Check, least = 0): Check =>
  (value, at) => {
    if (!Array.isArray(value)) return invalid(at, 'must be a list')
    if (value.length < least) return invalid(at, 'is empty')
    return firstOf(value.map((one, index) => () => of(one, `${at}[${index}]`)))
  }

/** Unknown fields are refused, as Google's parser does. */
const object =
  (fields: Readonly<Record<string, Check>>, needed: readonly string[] = []): Check =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return invalid(at, 'must be an object')
    const given = Object.entries(value)
    const stranger = given.find(([name]) => !Object.hasOwn(fields, name))
    if (stranger)
      return `Invalid JSON payload received. Unknown name "${stranger[0].slice(0, 100)}" at '${at}': Cannot find field.`
    const missing = needed.find((name) => !Object.hasOwn(value, name))
    if (missing) return invalid(`${at}.${missing}`, 'is required')
    return firstOf(
      given.map(
        ([name, one]) =>
          () =>
            fields[name]?.(one, `${at}.${name}`),
      ),
    )
  }

function firstOf(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const fault = check()
    if (fault) return fault
  }
  return undefined
}

// A webhook is one-way: nobody would hear of a click but a browser that follows a link.
const onClick = object({ openLink: object({ url: link }, ['url']) }, ['openLink'])
const icon = object({ knownIcon: filled, iconUrl: link, altText: text, imageType: text })
const button = object({ text: filled, icon, altText: text, onClick, type: text, disabled: bool }, ['onClick'])

const widgets: Readonly<Record<string, Check>> = {
  textParagraph: object({ text: filled, maxLines: number }, ['text']),
  decoratedText: object(
    { text: filled, topLabel: text, bottomLabel: text, startIcon: icon, wrapText: bool, onClick, button },
    ['text'],
  ),
  buttonList: object({ buttons: list(button, 1) }, ['buttons']),
  image: object({ imageUrl: link, altText: text, onClick }, ['imageUrl']),
  divider: object({}),
}

const widget: Check = (value, at) => {
  const fault = object({ ...widgets, horizontalAlignment: text })(value, at)
  if (fault) return fault
  const kinds = Object.keys(value as object).filter((name) => name in widgets)
  return kinds.length === 1 ? undefined : invalid(at, 'a widget is of exactly one kind')
}

const section = object(
  { header: text, widgets: list(widget, 1), collapsible: bool, uncollapsibleWidgetsCount: number },
  ['widgets'],
)
const header = object(
  { title: filled, subtitle: text, imageUrl: link, imageType: text, imageAltText: text },
  ['title'],
)
const card = object({ name: text, header, sections: list(section), sectionDividerStyle: text })
const message = object({
  text,
  cardsV2: list(object({ cardId: text, card }, ['card'])),
  fallbackText: text,
  thread: object({ name: text, threadKey: text }),
})

/** What Google Chat would object to in a message, said as it would say it. Nothing when it would take it. */
export function messageFault(body: unknown): string | undefined {
  const fault = message(body, 'message')
  if (fault) return fault
  const { text: said = '', cardsV2: cards = [] } = body as { text?: string; cardsV2?: readonly unknown[] }
  if (said === '' && cards.length === 0) return 'Message cannot be empty.'
  return undefined
}
