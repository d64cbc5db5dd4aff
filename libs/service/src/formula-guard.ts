/** `standard` for other software, `excel` for people with a spreadsheet. */
export type CsvFlavour = 'standard' | 'excel'

// OWASP's list for CSV injection, and NUL from ASVS 1.2.10. Full-width signs are formulas in East Asian spreadsheets.
const formula = /^'*[=+\-@\t\r\n\0＝＋－＠]/
const guardedFormula = /^'+[=+\-@\t\r\n\0＝＋－＠]/
const apostrophes = /^'*/
const special = /[",\r\n]/

/**
 * Text as a spreadsheet may see it: what would be a formula gets an apostrophe, and stays text. So does what has an apostrophe in front
 * of such a text already: no two values become one, and taking one apostrophe off gives the value back. For other software, what
 * cannot be a formula stays as it is.
 */
export function guarded(text: string, flavour: CsvFlavour): string {
  if (!formula.test(text)) return text
  return flavour === 'standard' && isHarmless(text.replace(apostrophes, '')) ? text : `'${text}`
}

/** An identifier is text: to a spreadsheet it also gets the apostrophe where it would be read as a number, a date or a truth. */
export function guardedIdentifier(text: string, flavour: CsvFlavour): string {
  const isMisread = flavour === 'excel' && isMisreadIdentifier(text.replace(apostrophes, ''))
  return isMisread ? `'${text}` : guarded(text, flavour)
}

/** RFC 4180: quotes only where they are needed, and around what the guard has touched. */
export function quoted(text: string): string {
  return special.test(text) || guardedFormula.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const longestHarmless = 64
const signedNumber = /^[+-](?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?%?$/
/** E.164 has at most 15 digits; people group them. */
const phoneNumber = /^\+\d(?:[ ./()-]{0,2}\d){5,14}$/

/** Begins with a sign and is no more than a number or a phone number. */
export const isHarmless = (text: string): boolean =>
  text.length <= longestHarmless && (signedNumber.test(text) || phoneNumber.test(text))

const month = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?'
const between = '[\\s.,/-]*'
/** What Excel makes something else of: leading zeros go, long numbers are rounded, `12E5` is 1200000, `MAR1` the first of March. */
const misread = [
  /^(?=.*\p{N})\P{L}+$/su,
  /^[\d.,]+e[+-]?\d+$/i,
  /^(?:true|false|#.*)$/is,
  /^\d{1,2}(?::\d{1,2}){0,2}\s*[ap]m?$/i,
  new RegExp(`^\\d{1,4}${between}${month}(?:${between}\\d{1,4})?$`, 'i'),
  new RegExp(`^${month}${between}\\d{1,4}(?:[\\s.,/-]+\\d{1,4})?$`, 'i'),
]

export const isMisreadIdentifier = (text: string): boolean => misread.some((pattern) => pattern.test(text))
