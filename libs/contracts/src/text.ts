import { Type } from 'typebox'

/**
 * Characters that stand in no text: controls but for tab and line ends. A lone surrogate is none either, and is found by
 * `isWellFormed`: what a pattern makes of it depends on who reads the pattern.
 */
const controls = '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f'

/**
 * What stands in no single line beside them: tabs, line ends, what cannot be seen, and what turns the direction of all that
 * follows. The joiners of Hindi (U+200C, U+200D) and the marks of Urdu (U+200E, U+200F) do stand there.
 */
const unseen =
  '\\u0009\\u000a\\u000d\\u00ad\\u180e\\u200b\\u2028-\\u202e\\u2060-\\u2064\\u2066-\\u206f\\ufeff\\ufff9-\\ufffb'

interface Bounds {
  readonly minLength?: number
  readonly maxLength: number
  readonly description?: string
}

const inLine = `[^${controls}${unseen}]`

/** One line that a person wrote, such as a name: something can be seen in it, and nothing that cannot. */
export const line = ({ minLength = 1, ...bounds }: Bounds) =>
  Type.String({ minLength, ...bounds, pattern: `^${inLine}*[^${controls}${unseen}\\s]${inLine}*$` })

const inNoText = new RegExp(`[${controls}]`, 'u')
const inNoLine = new RegExp(`[${controls}${unseen}]`, 'u')

/** The first character that may not stand in a text of several lines: its name and where it is. Never the text. */
export const strangerInText = (text: string): string | undefined =>
  plain.test(text) ? undefined : strangerIn(text, inNoText)

/** The same for a single line. */
export const strangerInLine = (text: string): string | undefined =>
  plain.test(text) ? undefined : strangerIn(text, inNoLine)

/** Most texts are plain, and each attribute of each event is looked at. */
const plain = /^[\x20-\x7e]*$/

function strangerIn(text: string, unwanted: RegExp): string | undefined {
  const at = unwanted.exec(text)?.index ?? (text.isWellFormed() ? -1 : loneSurrogateIn(text))
  if (at < 0) return undefined
  return `${characterName(text.charCodeAt(at))} at position ${Array.from(text.slice(0, at)).length + 1}`
}

const loneSurrogateIn = (text: string) => /[\ud800-\udfff]/u.exec(text)?.index ?? -1

const names: Readonly<Record<number, string>> = {
  0: 'NUL',
  9: 'tab',
  10: 'line feed',
  13: 'carriage return',
  27: 'escape',
  32: 'space',
  127: 'delete',
  160: 'no-break space',
  173: 'soft hyphen',
  8203: 'zero width space',
  8204: 'zero width non-joiner',
  8205: 'zero width joiner',
  8206: 'left-to-right mark',
  8207: 'right-to-left mark',
  8232: 'line separator',
  8233: 'paragraph separator',
  8237: 'left-to-right override',
  8238: 'right-to-left override',
  8288: 'word joiner',
  65279: 'byte order mark',
}

/** `U+200B (zero width space)`: how a character is named to somebody who cannot see it. */
export function characterName(code: number): string {
  const number = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0)
  const isSurrogate = code >= 0xd800 && code <= 0xdfff
  const name =
    names[code] ?? (isControl ? 'a control character' : isSurrogate ? 'half a character' : undefined)
  return name === undefined ? number : `${number} (${name})`
}

const inNoWord = new RegExp(`[${controls}${unseen}\\s\\u200c-\\u200f]`, 'u')

/** The first white or unseen character of a text that has no place for one, such as an address: its name and where it is. */
export const strangerInWord = (text: string): string | undefined => strangerIn(text, inNoWord)
