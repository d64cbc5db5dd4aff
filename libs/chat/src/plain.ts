/** The longest that a name or the like is shown, in code points. */
const longestField = 120

/**
 * Somebody else's words, made such that Google Chat shows them and does nothing with them: no formatting, no mention, no link.
 * Chat has no way to escape its signs, so they become others that look like them.
 */
export function plain(text: string, otherwise = nothingLeft): string {
  const oneLine = text
    .toWellFormed()
    // Line ends and other controls; signs that change the direction of what follows; what cannot be seen.
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\p{Cf}\p{Co}\p{Cn}]/gu, (sign) => (joiners.has(sign) ? sign : ''))
    .replaceAll(/[<>*_~`@|]/g, (sign) => lookalikes[sign] ?? '')
    // "https://…" and "somewhere.example" become links by themselves; what cannot be seen in between prevents it.
    .replaceAll(/:(?=\/)|\.(?=[^\s.])/g, `$&${wordJoiner}`)
    .trim()
  // Google Chat refuses a message with an empty field, whole.
  return isSeen(oneLine) ? cut(oneLine, longestField) : otherwise
}

/** Stands where nothing is left of a text once it is made safe. */
const nothingLeft = '–'

const isSeen = (text: string) => text.replaceAll(/[\p{Cf}\s]/gu, '') !== ''

/** The same in a card, whose texts are a little HTML. */
export const plainInCard = (text: string): string => inCard(plain(text))

/** Words of our own, or made plain already, in a card. */
export const inCard = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`)

/** At most so many code points, none of them in halves; says by its end that there was more. */
export function cut(text: string, longest: number): string {
  const points = Array.from(text)
  return points.length <= longest ? text : `${points.slice(0, longest - 1).join('')}…`
}

const wordJoiner = '\u2060'

/** They shape letters in Hindi and other scripts. */
const joiners = new Set(['\u200c', '\u200d'])

const lookalikes: Readonly<Record<string, string>> = {
  '<': '‹',
  '>': '›',
  '*': '∗',
  _: 'ˍ',
  '~': '∼',
  '`': 'ˋ',
  '@': '＠',
  '|': '∣',
}
