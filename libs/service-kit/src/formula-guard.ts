// OWASP's list for CSV injection, and NUL from ASVS 1.2.10. Full-width signs are formulas in East Asian spreadsheets.
const formula = /^[=+\-@\t\r\n\0＝＋－＠]/
const guardedFormula = /^'[=+\-@\t\r\n\0＝＋－＠]/
const special = /[",\r\n]/

/** Text as a spreadsheet may see it: what would be a formula gets an apostrophe, and stays text. */
export const guarded = (text: string) => (formula.test(text) ? `'${text}` : text)

/** RFC 4180: quotes only where they are needed, and around what the guard has touched. */
export function quoted(text: string): string {
  return special.test(text) || guardedFormula.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
