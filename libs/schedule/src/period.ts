import { Temporal } from 'temporal-polyfill'

/** Days as seen from a fire, for reports that come again and again. Weeks begin on Monday. */
export const periods = ['today', 'yesterday', 'last-week', 'last-month'] as const
export type Period = (typeof periods)[number]

/** The first and the last day of a period, seen from an instant in a zone, as YYYY-MM-DD. */
export function daysOf(period: Period, seenFrom: Date, zone: string): { from: string; to: string } {
  const today = Temporal.Instant.fromEpochMilliseconds(seenFrom.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainDate()
  const [first, last] = between(period, today)
  return { from: first.toString(), to: last.toString() }
}

function between(period: Period, today: Temporal.PlainDate): [Temporal.PlainDate, Temporal.PlainDate] {
  switch (period) {
    case 'today':
      return [today, today]
    case 'yesterday':
      return [today.subtract({ days: 1 }), today.subtract({ days: 1 })]
    case 'last-week': {
      const monday = today.subtract({ days: today.dayOfWeek - 1 })
      return [monday.subtract({ days: 7 }), monday.subtract({ days: 1 })]
    }
    case 'last-month': {
      const first = today.with({ day: 1 })
      return [first.subtract({ months: 1 }), first.subtract({ days: 1 })]
    }
    default:
      return period satisfies never
  }
}
