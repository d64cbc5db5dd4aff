import type { Day, DayRange } from './days.ts'

/** How this hospital writes things. Days and times are those of its zone, wherever the reader sits. */
export function formats({ locale, zone }: { readonly locale: string; readonly zone: string }) {
  const number = new Intl.NumberFormat(locale)
  const oneDecimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const instant = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  })
  const time = new Intl.DateTimeFormat(locale, { timeZone: zone, hour: 'numeric', minute: '2-digit' })
  const zoneName = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'short' })
  // A day has no zone any more: it is written as it stands.
  const day = new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  })
  const weekday = new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  })
  const noon = (value: Day) => new Date(`${value}T12:00:00Z`)
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'long' }).format(value)

  return {
    zone,
    number: (value: number) => number.format(value),
    percent: (value: number) => `${Math.floor(value)}%`,
    bytes(value: number): string {
      const power = value < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(value) / 3))
      return `${oneDecimal.format(value / 1000 ** power)} ${['B', 'kB', 'MB', 'GB', 'TB'][power]}`
    },
    instant: (value: string) => instant.format(new Date(value)),
    time: (value: string) => time.format(new Date(value)),
    zoneLabel: (at: Date) =>
      zoneName.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? zone,
    day: (value: Day) => day.format(noon(value)),
    weekday: (value: Day) => weekday.format(noon(value)),
    /** Undefined when it has neither end. */
    range({ from, to }: DayRange): string | undefined {
      if (from && to) return day.formatRange(noon(from), noon(to))
      if (from) return `${day.format(noon(from))} –`
      if (to) return `– ${day.format(noon(to))}`
    },
    /** Rounded up and coarse: an estimate that names seconds claims more than it knows. */
    duration(ms: number): string {
      const seconds = Math.max(1, Math.ceil(ms / 1000))
      if (seconds <= 10) return unit(seconds, 'second')
      if (seconds <= 50) return unit(Math.ceil(seconds / 10) * 10, 'second')
      const minutes = Math.ceil(seconds / 60)
      if (minutes < 60) return unit(minutes, 'minute')
      return unit(Math.round(minutes / 60), 'hour')
    },
  }
}
export type Formats = ReturnType<typeof formats>
