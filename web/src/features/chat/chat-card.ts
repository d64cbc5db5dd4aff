/** The parts of a card that Rounds posts. What is of another shape is left out. */
export interface ChatCard {
  readonly title: string
  readonly subtitle: string
  readonly sections: ReadonlyArray<{ readonly header: string; readonly lines: readonly CardLine[] }>
}

export type CardLine =
  | { readonly kind: 'fact'; readonly label: string; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string }

interface Shown {
  readonly cards: readonly ChatCard[]
  /** What a notification says. */
  readonly fallback: string
}

/** Reads a message as the gateway previews it. */
export function shownMessage(message: unknown): Shown {
  const { cardsV2, fallbackText } = fieldsOf(message)
  return {
    cards: listOf(cardsV2).map((one) => cardOf(fieldsOf(fieldsOf(one).card))),
    fallback: textOf(fallbackText),
  }
}

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {})
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

function cardOf({ header, sections }: Fields): ChatCard {
  const { title, subtitle } = fieldsOf(header)
  return {
    title: textOf(title),
    subtitle: textOf(subtitle),
    sections: listOf(sections).map((section) => ({
      header: plainOf(fieldsOf(section).header),
      lines: listOf(fieldsOf(section).widgets).flatMap((widget) => linesOf(fieldsOf(widget))),
    })),
  }
}

function linesOf({ decoratedText, textParagraph, buttonList }: Fields): CardLine[] {
  if (decoratedText) {
    const { topLabel, text } = fieldsOf(decoratedText)
    return [{ kind: 'fact', label: textOf(topLabel), text: plainOf(text) }]
  }
  if (textParagraph) {
    const lines = textOf(fieldsOf(textParagraph).text).split(/<br\s*\/?>|\n/i)
    return lines.map((text) => ({ kind: 'text', text: plainOf(text) }))
  }
  return listOf(fieldsOf(buttonList).buttons).map((one) => ({
    kind: 'link',
    text: textOf(fieldsOf(one).text),
  }))
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

/** A card's text is HTML of a few tags: here it is shown as its words. */
const plainOf = (value: unknown) =>
  textOf(value)
    .replaceAll(/<\/?(?:b|i|u|s|font|a)\b[^>]*>/gi, '')
    .replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity)
