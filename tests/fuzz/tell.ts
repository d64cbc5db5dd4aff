import type { PartResult } from './findings.ts'

/** One line per part, and one per finding with how to see it again. */
export function tell(result: PartResult, asJson: boolean): string[] {
  const { part, counts, findings, notRun } = result
  if (asJson) return [JSON.stringify({ ...result, ok: findings.length === 0 && notRun === undefined })]
  if (notRun !== undefined) return [`${part}: NOT RUN: ${notRun}`]
  return [
    `${part}: ${findings.length === 0 ? 'nothing found' : `${findings.length} findings`} · ${numbersOf(counts)}`,
    ...findings.flatMap(({ what, again }) => [`  ${what}`, `    ${again}`]),
  ]
}

export const numbersOf = (counts: PartResult['counts']) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count.toLocaleString('en')}`)
    .join(' · ')

/** Something was found, or what was asked for by name was not run: neither is a success. */
export const exitCodeOf = (results: readonly PartResult[], isChosen: boolean) =>
  results.some(({ findings, notRun }) => findings.length > 0 || (isChosen && notRun !== undefined)) ? 1 : 0
