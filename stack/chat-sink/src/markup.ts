import { escaped, type Html, html, safeLink } from './html.ts'

const pieces =
  /<([^<>\s|]+)(?:\|([^<>]*))?>|`([^`\n]+)`|(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]*?\S)\4(?![\p{L}\p{N}])/gu

const tags: Readonly<Record<string, string>> = { '*': 'strong', _: 'em', '~': 's' }

/** A message's text as Google Chat shows it: bold, italic, struck out, code, links and mentions. */
export function shownText(text: string): Html {
  let markup = ''
  let end = 0
  for (const piece of text.matchAll(pieces)) {
    markup += escaped(text.slice(end, piece.index)) + shown(piece).markup
    end = piece.index + piece[0].length
  }
  return { markup: (markup + escaped(text.slice(end))).replaceAll('\n', '<br>') }
}

function shown([whole, address, label, code, sign, inner = '']: RegExpExecArray): Html {
  if (code !== undefined) return html`<code>${code}</code>`
  if (sign !== undefined) {
    const tag = { markup: tags[sign] ?? 'span' }
    return html`<${tag}>${shownText(inner)}</${tag}>`
  }
  if (address?.startsWith('users/'))
    return html`<span class="mention">@${address.slice('users/'.length)}</span>`
  const link = safeLink(address)
  return link ? anchor(link, { markup: escaped(label || address || '') }) : html`${whole}`
}

export const anchor = (link: string, label: Html) =>
  html`<a href="${link}" rel="noopener noreferrer" target="_blank">${label}</a>`

const cardTags = /<(\/?)(b|i|u|s|font|br|a)\b([^>]*)>/gi

/** The few tags that Google Chat allows in a card's texts; whatever else is there is shown as it was written. */
export function shownCardText(text: string): Html {
  const open: string[] = []
  let markup = ''
  let end = 0
  for (const [whole, slash, name = '', rest = ''] of text.matchAll(cardTags)) {
    const index = text.indexOf(whole, end)
    markup += unescapedOnce(text.slice(end, index))
    end = index + whole.length
    markup += tagOf(name.toLowerCase(), slash === '/', rest, open)
  }
  markup += unescapedOnce(text.slice(end))
  return {
    markup: (
      markup +
      open
        .toReversed()
        .map((tag) => `</${tag}>`)
        .join('')
    ).replaceAll('\n', '<br>'),
  }
}

function tagOf(name: string, isEnd: boolean, rest: string, open: string[]): string {
  if (name === 'br') return '<br>'
  const tag = name === 'font' ? 'span' : name
  if (isEnd) {
    if (open.at(-1) !== tag) return ''
    open.pop()
    return `</${tag}>`
  }
  if (tag === 'a') {
    const link = safeLink(/href\s*=\s*["']?([^"'\s>]+)/i.exec(rest)?.[1]?.replaceAll('&amp;', '&'))
    if (!link) return ''
    open.push('a')
    return html`<a href="${link}" rel="noopener noreferrer" target="_blank">`.markup
  }
  open.push(tag)
  return `<${tag}>`
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

/** A card's text is HTML: what its writer escaped is shown as what it stands for. */
const unescapedOnce = (text: string) =>
  escaped(text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity))
