/** RFC 2047 wants it for lines with encoded words, and RFC 5322 advises 78 for all. */
const longestLine = 76

/** RFC 5322 2.1.1: no line of a message may be longer. */
const longestAllowed = 998

/**
 * A line of a message's head, folded where it is long. Throws rather than let a name or a value leave its line, which takes a mistake
 * of ours: what people wrote goes through `words` first.
 */
export function headerLine(name: string, value: string): string {
  const line = `${name}: ${value}`
  if (!/^[!-9;-~]+$/.test(name) || !/^(?:[\x20-\x7e]|\r\n (?=\S))*$/.test(value))
    throw new Error('A header would hold a character that may leave its line')
  const [first = '', ...others] = line.split('\r\n')
  const folded = [fold(first, name.length + 2), ...others.map((other) => fold(other, 1))].join('\r\n')
  if (folded.split('\r\n').some(({ length }) => length > longestAllowed))
    throw new Error('A line of a header would be longer than any server takes')
  return `${folded}\r\n`
}

/**
 * A text that people wrote, as the value of an unstructured header of this name: ASCII as it is, all else in encoded words (RFC 2047).
 * Line breaks and other control characters become spaces.
 */
export function words(text: string, name: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
  // What looks like an encoded word would be taken for one, and what has no single blank cannot be folded.
  const isPlain = /^[\x20-\x7e]{0,900}$/.test(line) && !line.includes('=?')
  return isPlain ? line : encodedWords(line, name.length + 2)
}

/** A mailbox with its name, as the value of an address header of this field name. */
export function mailbox({ name, address }: { name: string; address: string }, field: string): string {
  if (name === '') return address
  const phrase = words(name, field)
  const isAtoms = /^[A-Za-z0-9!#$&'*+\-/^_`{|}~]+(?: [A-Za-z0-9!#$&'*+\-/^_`{|}~]+)*$/.test(phrase)
  const isEncoded = phrase.startsWith('=?')
  const quoted = isAtoms || isEncoded ? phrase : `"${phrase.replaceAll(/["\\]/g, '\\$&')}"`
  return `${quoted} <${address}>`
}

/** In pieces that fit a line and never part a character; the first line has a name before it. */
function encodedWords(text: string, used: number): string {
  const pieces: string[] = []
  let piece = ''
  let bytes = 0
  let room = bytesIn(longestLine - used)
  for (const character of text) {
    const more = Buffer.byteLength(character)
    if (bytes + more > room) {
      pieces.push(piece)
      piece = ''
      bytes = 0
      room = bytesIn(longestLine - 1)
    }
    piece += character
    bytes += more
  }
  pieces.push(piece)
  return pieces.map((one) => `${opening}${Buffer.from(one).toString('base64')}?=`).join('\r\n ')
}

const opening = '=?utf-8?B?'

/** How many bytes an encoded word of so many characters stands for; one of more than 75 is none. */
const bytesIn = (characters: number) => 3 * Math.floor((Math.min(75, characters) - opening.length - 2) / 4)

/** Breaks before the last blank that fits, so that taking the breaks out again gives back the line. */
function fold(line: string, from: number): string {
  const lines: string[] = []
  let rest = line
  for (let first = from; rest.length > longestLine; first = 1) {
    const place = breakIn(rest, first)
    if (place === undefined) break
    lines.push(rest.slice(0, place))
    rest = rest.slice(place)
  }
  return [...lines, rest].join('\r\n')
}

/** A blank between two words: for some readers, a line of blanks alone would end the head. */
function breakIn(line: string, from: number): number | undefined {
  const places = Array.from(line.matchAll(/(?<=\S) (?=\S)/g), ({ index }) => index).filter(
    (place) => place >= from,
  )
  return places.findLast((place) => place <= longestLine) ?? places[0]
}
