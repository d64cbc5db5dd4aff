/** What the forms for a cron expression can say. Everything else is written as cron. */
export type Rhythm =
  | { readonly kind: 'daily'; readonly time: string }
  | { readonly kind: 'weekly'; readonly days: readonly number[]; readonly time: string }
  | { readonly kind: 'monthly'; readonly day: number | 'L'; readonly time: string }
  | { readonly kind: 'every'; readonly unit: 'minutes' | 'hours'; readonly count: number }

/** Only what divides the hour or the day: `*\/7` would not be every seven minutes. */
export const everyMinutes = [5, 10, 15, 20, 30] as const
export const everyHours = [1, 2, 3, 4, 6, 8, 12] as const

export const usualRhythms: Readonly<Record<Rhythm['kind'], Rhythm>> = {
  daily: { kind: 'daily', time: '07:30' },
  weekly: { kind: 'weekly', days: [1], time: '07:30' },
  monthly: { kind: 'monthly', day: 1, time: '06:00' },
  every: { kind: 'every', unit: 'hours', count: 1 },
}

/** Undefined while the form is not complete. */
export function expressionOf(rhythm: Rhythm): string | undefined {
  if (rhythm.kind === 'every')
    return rhythm.unit === 'minutes'
      ? `*/${rhythm.count} * * * *`
      : `0 ${rhythm.count === 1 ? '*' : `*/${rhythm.count}`} * * *`
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(rhythm.time) ?? []
  if (hours === undefined || minutes === undefined) return undefined
  const at = `${Number(minutes)} ${Number(hours)}`
  switch (rhythm.kind) {
    case 'daily':
      return `${at} * * *`
    case 'weekly':
      return rhythm.days.length > 0
        ? `${at} * * ${[...rhythm.days].sort((one, other) => one - other).join(',')}`
        : undefined
    case 'monthly':
      return `${at} ${rhythm.day} * *`
    default:
      return rhythm satisfies never
  }
}

/** The form that says the same, if there is one. Undefined is no fault: it says more than the forms can. */
export function rhythmOf(expression: string): Rhythm | undefined {
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...more] = expression.trim().split(/\s+/)
  if (more.length > 0 || month !== '*') return undefined
  return every(minute, hour, day, weekday) ?? atOneTime(minute, hour, day, weekday)
}

function every(minute: string, hour: string, day: string, weekday: string): Rhythm | undefined {
  if (day !== '*' || weekday !== '*') return undefined
  const step = /^\*\/(\d{1,2})$/
  const minutes = Number(step.exec(minute)?.[1])
  if (hour === '*' && everyMinutes.some((one) => one === minutes))
    return { kind: 'every', unit: 'minutes', count: minutes }
  const hours = hour === '*' ? 1 : Number(step.exec(hour)?.[1])
  if (minute === '0' && everyHours.some((one) => one === hours))
    return { kind: 'every', unit: 'hours', count: hours }
}

function atOneTime(minute: string, hour: string, day: string, weekday: string): Rhythm | undefined {
  const number = /^\d{1,2}$/
  if (!number.test(minute) || !number.test(hour) || Number(minute) > 59 || Number(hour) > 23) return undefined
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`
  if (day === '*' && weekday === '*') return { kind: 'daily', time }
  if (day === '*') {
    const days = weekdaysOf(weekday)
    return days && { kind: 'weekly', days, time }
  }
  if (weekday !== '*') return undefined
  if (day === 'L') return { kind: 'monthly', day, time }
  if (number.test(day) && Number(day) >= 1 && Number(day) <= 31)
    return { kind: 'monthly', day: Number(day), time }
}

/** `1,3`, `1-5` and `0`; Sunday may be written as 7. */
function weekdaysOf(field: string): number[] | undefined {
  const days = new Set<number>()
  for (const part of field.split(',')) {
    const [, first, last = first] = /^([0-7])(?:-([0-7]))?$/.exec(part) ?? []
    if (first === undefined || Number(first) > Number(last)) return undefined
    for (let day = Number(first); day <= Number(last); day++) days.add(day % 7)
  }
  return [...days].sort((one, other) => one - other)
}
