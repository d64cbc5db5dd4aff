import type { Cron } from './expression.ts'

/**
 * An entry in words. English for every entry; Hindi for those that the page's own form makes, else English too. The words
 * are made from the values that decide when it runs, never from the text, so they cannot contradict its times.
 */
export function describe(cron: Cron, language: 'en' | 'hi' = 'en'): { text: string; language: 'en' | 'hi' } {
  const hindi = language === 'hi' ? inHindi(cron) : undefined
  return hindi ? { text: hindi, language: 'hi' } : { text: inEnglish(cron), language: 'en' }
}

/** More times than these are told as minutes and hours. */
const mostTimes = 6

function inEnglish(cron: Cron): string {
  return [
    timeInEnglish(cron),
    ...partOf('on ', daysInEnglish(cron)),
    // Day and weekday must both fit: "on day 13 of the month, only on Friday".
    ...partOf('', weekdaysInEnglish(cron)),
    ...partOf('only in ', monthsInEnglish(cron)),
  ].join(', ')
}

const partOf = (before: string, text: string | undefined) => (text === undefined ? [] : [`${before}${text}`])

function timeInEnglish(cron: Cron): string {
  const { minutes, hours } = cron
  const isEveryMinute = minutes.length === 60
  const step = stepOf(minutes, 60)
  if (hours.length === 24) {
    if (isEveryMinute) return 'Every minute'
    return step ? `Every ${step} minutes` : `At ${minutesPast(minutes)} past the hour`
  }
  if (hours.length * minutes.length <= mostTimes) return `At ${list(timesOf(cron))}`
  const inHours = hoursInEnglish(hours)
  if (isEveryMinute) return `Every minute, ${inHours}`
  if (step) return `Every ${step} minutes, ${inHours}`
  return `At ${minutesPast(minutes)} past the hour, ${inHours}`
}

const minutesPast = (minutes: readonly number[]) =>
  minutes.length === 1 ? minutesIn(minutes[0]) : `minutes ${ranges(minutes)}`

const minutesIn = (count = 0) => `${count} ${count === 1 ? 'minute' : 'minutes'}`

function hoursInEnglish(hours: readonly number[]): string {
  const step = stepOf(hours, 24)
  if (step) return `every ${step} hours from 00:00`
  return `during ${hours.length === 1 ? 'hour' : 'hours'} ${ranges(hours)}`
}

function daysInEnglish({ days }: Cron): string | undefined {
  if (isEvery(days, 31)) return undefined
  const numbers = days.filter((day) => typeof day === 'number').toSorted((a, b) => a - b)
  const others = days.filter((day) => typeof day === 'string').map(dayInEnglish)
  const plain =
    numbers.length === 0 ? [] : [`day ${ranges(numbers)}${others.length === 0 ? ' of the month' : ''}`]
  return list([...plain, ...others])
}

function dayInEnglish(token: string): string {
  if (token === 'L') return 'the last day of the month'
  if (token === 'LW') return 'the last working day of the month'
  const [, before] = /^L-(\d+)$/.exec(token) ?? []
  if (before) return `${before} days before the last day of the month`
  return `the working day nearest day ${Number.parseInt(token, 10)} of the month`
}

const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const
const weekdayName = (number: number) => weekdayNames[number % 7] ?? ''
const counted = ['first', 'second', 'third', 'fourth', 'fifth'] as const

function weekdaysInEnglish({ weekdays }: Cron): string | undefined {
  if (isEvery(weekdays, 7)) return undefined
  // From Monday on, so that a weekend stands together.
  const numbers = [
    ...new Set(weekdays.filter((day) => typeof day === 'number').map((day) => (day + 6) % 7)),
  ].toSorted((a, b) => a - b)
  const isOneRange = numbers.length > 2 && numbers.length === weekdays.length && isRun(numbers)
  if (isOneRange)
    return `${weekdayName((numbers[0] ?? 0) + 1)} through ${weekdayName((numbers.at(-1) ?? 0) + 1)}`
  const others = weekdays.filter((day) => typeof day === 'string').map(weekdayInEnglish)
  return `only on ${list([...numbers.map((number) => weekdayName(number + 1)), ...others])}`
}

function weekdayInEnglish(token: string): string {
  const [, weekday = '0', nth] = /^([0-7])(?:L|#([1-5]))$/.exec(token) ?? []
  const which = nth === undefined ? 'last' : (counted[Number(nth) - 1] ?? nth)
  return `the ${which} ${weekdayName(Number(weekday))} of the month`
}

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

function monthsInEnglish({ months }: Cron): string | undefined {
  if (months.size === 12) return undefined
  return list([...months].toSorted((a, b) => a - b).map((month) => monthNames[month - 1] ?? ''))
}

/** Longer lists of minutes are told in English, which knows ranges. */
const mostInHindi = 12

const weekdaysInHindi = ['रविवार', 'सोमवार', 'मंगलवार', 'बुधवार', 'गुरुवार', 'शुक्रवार', 'शनिवार'] as const

/** The patterns of the form: each in words of its own, since Hindi does not follow from the fields one by one. */
function inHindi(cron: Cron): string | undefined {
  const { minutes, hours, days, weekdays, months } = cron
  if (months.size !== 12) return undefined
  const [everyDay, everyWeekday] = [isEvery(days, 31), isEvery(weekdays, 7)]
  if (hours.length === 24) {
    if (!everyDay || !everyWeekday) return undefined
    if (minutes.length === 60) return 'हर मिनट'
    const step = stepOf(minutes, 60)
    if (step) return `हर ${step} मिनट पर`
    return minutes.length > mostInHindi ? undefined : `हर घंटे, ${list(minutes.map(String), 'hi')} मिनट पर`
  }
  if (hours.length * minutes.length > mostTimes) return undefined

  const time = `${list(timesOf(cron), 'hi')} बजे`
  if (everyDay && everyWeekday) return `रोज़ ${time}`
  if (everyDay) {
    const numbers = weekdays.filter((day) => typeof day === 'number')
    if (numbers.length !== weekdays.length) return undefined
    if (numbers.toSorted((a, b) => a - b).join() === '1,2,3,4,5') return `सोमवार से शुक्रवार, ${time}`
    const names = numbers
      .toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7))
      .map((day) => weekdaysInHindi[day % 7] ?? '')
    return `हर ${list([...new Set(names)], 'hi')}, ${time}`
  }
  const [day, ...more] = days
  if (!everyWeekday || more.length > 0) return undefined
  if (typeof day === 'number') return `हर महीने की ${day} तारीख़ को ${time}`
  return day === 'L' ? `हर महीने के आख़िरी दिन ${time}` : undefined
}

/** The number of minutes or hours between two runs, where it is the same all around the clock, and no list says it shorter. */
function stepOf(values: readonly number[], all: number): number | undefined {
  const step = all / values.length
  const isSteady = values.length > 1 && values.every((value, index) => value === index * step)
  return isSteady && step > 1 ? step : undefined
}

const timesOf = ({ hours, minutes }: Cron) =>
  hours.flatMap((hour) => minutes.map((minute) => `${twoDigits(hour)}:${twoDigits(minute)}`))

const twoDigits = (number: number) => String(number).padStart(2, '0')

const isEvery = (values: readonly unknown[], count: number) =>
  new Set(values.filter((value) => typeof value === 'number')).size === count

const isRun = (values: readonly number[]) =>
  values.every((value, index) => index === 0 || value === (values[index - 1] ?? 0) + 1)

/** `0, 15 to 20 and 45`. */
function ranges(values: readonly number[]): string {
  const runs: number[][] = []
  for (const value of values) {
    const run = runs.at(-1)
    if (run && value === (run.at(-1) ?? 0) + 1) run.push(value)
    else runs.push([value])
  }
  return list(runs.flatMap((run) => (run.length > 2 ? [`${run[0]} to ${run.at(-1)}`] : run.map(String))))
}

const list = (parts: readonly string[], language: 'en' | 'hi' = 'en') =>
  new Intl.ListFormat(language === 'en' ? 'en-GB' : 'hi', { type: 'conjunction' }).format(parts)
