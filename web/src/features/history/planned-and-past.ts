import type { Appointment } from '@rounds/contracts/http'

/** What is still to come, soonest first; and everything else, latest first. A cancelled visit is not to come. */
export function plannedAndPast(visits: readonly Appointment[], now: Date) {
  const isPlanned = ({ status, startsAt }: Appointment) => status === 'booked' && new Date(startsAt) >= now
  const byTime = (one: Appointment, other: Appointment) => one.startsAt.localeCompare(other.startsAt)
  return {
    planned: visits.filter(isPlanned).sort(byTime),
    past: visits.filter((visit) => !isPlanned(visit)).sort((one, other) => byTime(other, one)),
  }
}
