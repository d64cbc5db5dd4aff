import { type Html, html, safeLink } from './html.ts'
import { anchor, shownCardText } from './markup.ts'

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {})
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

/** A card as Google Chat shows it. Pictures are named and not fetched. */
export function shownCard(card: unknown): Html {
  const { header, sections } = fieldsOf(fieldsOf(card).card)
  return html`<section class="card">${header ? shownHeader(fieldsOf(header)) : ''}${listOf(sections).map(shownSection)}</section>`
}

const shownHeader = ({ title, subtitle }: Fields) =>
  html`<header><h4>${textOf(title)}</h4>${subtitle ? html`<p>${textOf(subtitle)}</p>` : ''}</header>`

function shownSection(section: unknown): Html {
  const { header, widgets } = fieldsOf(section)
  const title = header ? html`<h5>${shownCardText(textOf(header))}</h5>` : ''
  return html`<div class="section">${title}${listOf(widgets).map((one) => shownWidget(fieldsOf(one)))}</div>`
}

function shownWidget(widget: Fields): Html {
  if (widget.textParagraph) return html`<p>${shownCardText(textOf(fieldsOf(widget.textParagraph).text))}</p>`
  if (widget.decoratedText) return decorated(fieldsOf(widget.decoratedText))
  if (widget.divider) return html`<hr>`
  if (widget.image)
    return html`<p class="picture">[${textOf(fieldsOf(widget.image).altText) || 'picture'}]</p>`
  return html`<div class="buttons">${listOf(fieldsOf(widget.buttonList).buttons).map((one) => button(fieldsOf(one)))}</div>`
}

function decorated({ topLabel, text, bottomLabel, onClick, button: aside }: Fields): Html {
  const link = linkOf(onClick)
  const said = shownCardText(textOf(text))
  return html`<div class="decorated"><div>${topLabel ? html`<small>${textOf(topLabel)}</small>` : ''}<span>${
    link ? anchor(link, said) : said
  }</span>${bottomLabel ? html`<small>${textOf(bottomLabel)}</small>` : ''}</div>${aside ? button(fieldsOf(aside)) : ''}</div>`
}

function button({ text, altText, onClick }: Fields): Html {
  const label = html`${textOf(text) || textOf(altText) || 'open'}`
  const link = linkOf(onClick)
  return link
    ? html`<span class="button">${anchor(link, label)}</span>`
    : html`<span class="button">${label}</span>`
}

const linkOf = (onClick: unknown) => safeLink(fieldsOf(fieldsOf(onClick).openLink).url)
