/**
 * A number's digits without an exponent: `1.5E+3` → `1500`, `1e-7` → `0.0000001`. Spreadsheets and importers disagree
 * about exponents, and MongoDB's Decimal128 writes them early. `NaN` and `Infinity` stay words.
 */
export function plainDecimal(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = ''] =
    /^([+-]?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/.exec(text) ?? []
  if (exponent === '') return text
  const point = whole.length + Number(exponent)
  const digits = whole + fraction
  const padded = digits.padStart(digits.length + Math.max(0, 1 - point), '0').padEnd(Math.max(point, 1), '0')
  const at = Math.max(point, 1)
  const before = padded.slice(0, at).replace(/^0+(?=\d)/, '')
  const after = padded.slice(at)
  return `${sign === '-' ? '-' : ''}${before}${after && `.${after}`}`
}
