const dayMs = 24 * 3_600_000

/** A day of the plan: midnight in the hospital, and how many appointments it holds. */
export interface PlannedDay {
  readonly midnight: number
  readonly appointments: number
}

/**
 * Spreads appointments over the days around an anchor: none on Sundays, half as many on Saturdays. The big hospital has
 * three years with six weeks of them to come; a small one gets fewer days, so that a doctor still has patients.
 */
export function plannedDays(appointments: number, anchorMidnight: number): PlannedDay[] {
  const days = Math.max(60, Math.min(1_096, Math.ceil(appointments / 100)))
  const ahead = Math.min(42, Math.floor(days / 4))
  const first = anchorMidnight - (days - 1 - ahead) * dayMs
  const midnights = Array.from({ length: days }, (_, index) => first + index * dayMs)
  const weights = midnights.map(weightOf)
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  let weightSoFar = 0
  let planned = 0
  return midnights.map((midnight, index) => {
    weightSoFar += weights[index] ?? 0
    // Counted from the whole so that rounding never loses or adds one.
    const untilNow = Math.round((appointments * weightSoFar) / whole)
    const today = untilNow - planned
    planned = untilNow
    return { midnight, appointments: today }
  })
}

// Noon, so that the weekday is the hospital's on either side of UTC.
function weightOf(midnight: number): number {
  const weekday = new Date(midnight + dayMs / 2).getUTCDay()
  return weekday === 0 ? 0 : weekday === 6 ? 0.5 : 1
}
