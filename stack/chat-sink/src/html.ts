/** A piece of a page that is safe to put into another. */
export interface Html {
  readonly markup: string
}

const isHtml = (value: unknown): value is Html =>
  typeof value === 'object' && value !== null && 'markup' in value && typeof value.markup === 'string'

export const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** Whatever is filled in is escaped, unless it was made by this function itself. */
export function html(parts: TemplateStringsArray, ...filled: readonly unknown[]): Html {
  const filledIn = filled.map((value) =>
    [value]
      .flat(2)
      .map((one) => (isHtml(one) ? one.markup : escaped(String(one ?? ''))))
      .join(''),
  )
  return { markup: String.raw({ raw: parts }, ...filledIn) }
}

/** The address, where it is one that a page may link to. */
export function safeLink(address: unknown): string | undefined {
  const url = typeof address === 'string' ? URL.parse(address) : null
  return url && /^(https?|mailto):$/.test(url.protocol) ? url.href : undefined
}
