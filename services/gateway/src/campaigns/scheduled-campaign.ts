import type { Contribution, ScheduleDocument } from '@rounds/contracts'

type Written = Pick<ScheduleDocument, 'contributors' | 'createdBy' | 'updatedBy' | 'changes'>

/** Everybody who ever wrote a schedule. One from before this was kept tells of its last changes only. */
export const contributorsTo = ({ contributors, createdBy, updatedBy, changes = [] }: Written): string[] =>
  contributors ?? [...new Set([createdBy, updatedBy, ...changes.map(({ by }) => by)])]

/** Who had a hand in what a schedule sends at this fire: whoever ever wrote it, and whoever ran it by hand. */
export function contributionsToFire(
  schedule: Written & Pick<ScheduleDocument, 'runs'>,
  fireId: string,
): Contribution[] {
  const runner = schedule.runs.find(({ runId }) => runId === fireId)?.by
  return [
    ...contributorsTo(schedule).map((by) => ({ by, did: 'scheduled' }) as const),
    ...(runner === undefined ? [] : [{ by: runner, did: 'ran' } as const]),
  ]
}
