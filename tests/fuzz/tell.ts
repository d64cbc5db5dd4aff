import type { PartResult } from './findings.ts'

/** One line per part, and one per finding with how to see it again. */
export function tell(result: PartResult, asJson: boolean): string[] {
  const { part, counts, findings, notRun } = result
  if (asJson) return [JSON.stringify({ ...result, ok: findings.length === 0 && notRun === undefined })]
  if (notRun !== undefined) return [`${part}: NOT RUN: ${notRun}`]
  const numbers = Object.entries(counts).map(([name, count]) => `${name} ${count.toLocaleString('en')}`)
  return [
    `${part}: ${findings.length === 0 ? 'nothing found' : `${findings.length} findings`} · ${numbers.join(' · ')}`,
    ...findings.flatMap(({ what, again }) => [`  ${what}`, `    ${again}`]),
  ]
}
