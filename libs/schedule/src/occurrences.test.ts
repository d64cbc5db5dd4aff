import fc from 'fast-check'
import { createTask } from 'node-cron'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Cron, readExpression } from './expression.ts'
import { nextOccurrences, occurrences } from './occurrences.ts'

describe('fixed hours where clocks are changed', () => {
  it('run once, at the first minute after, when theirs is skipped', () => {
    expect(fires('30 2 * * *', 'America/New_York', '2026-03-07T12:00Z', 3)).toEqual([
      '2026-03-08T07:00Z moved',
      '2026-03-09T06:30Z',
      '2026-03-10T06:30Z',
    ])
  })

  it('run once when theirs comes twice', () => {
    expect(fires('30 1 * * *', 'America/New_York', '2026-10-31T12:00Z', 2)).toEqual([
      '2026-11-01T05:30Z first of two',
      '2026-11-02T06:30Z',
    ])
  })

  it('run once when several of a night are skipped, and together with the one that is due there anyhow', () => {
    expect(fires('0,30 2,3 * * *', 'America/New_York', '2026-03-08T05:00Z', 3)).toEqual([
      '2026-03-08T07:00Z moved',
      '2026-03-08T07:30Z',
      '2026-03-09T06:00Z',
    ])
  })

  it('run at the half hour where the clocks jump by half an hour', () => {
    expect(fires('15 2 * * *', 'Australia/Lord_Howe', '2026-10-02T16:00Z', 2)).toEqual([
      '2026-10-03T15:30Z moved',
      '2026-10-04T15:15Z',
    ])
    expect(fires('45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T00:00Z', 2)).toEqual([
      '2026-04-04T14:45Z first of two',
      '2026-04-05T15:15Z',
    ])
  })

  it('run after midnight where midnight itself is skipped', () => {
    expect(fires('0 0 * * *', 'Africa/Cairo', '2026-04-23T12:00Z', 2)).toEqual([
      '2026-04-23T22:00Z moved',
      '2026-04-24T21:00Z',
    ])
  })

  it('do not run for a day that the calendar left out', () => {
    expect(fires('30 7 * * *', 'Pacific/Apia', '2011-12-29T12:00Z', 2)).toEqual([
      '2011-12-29T17:30Z',
      '2011-12-30T17:30Z',
    ])
    expect(fires('30 7 30 12 *', 'Pacific/Apia', '2011-01-01T00:00Z', 1)).toEqual(['2012-12-29T17:30Z'])
  })

  it('run on a day that only its skipped minute belongs to', () => {
    expect(fires('30 2 8 3 *', 'America/New_York', '2026-01-01T00:00Z', 2)).toEqual([
      '2026-03-08T07:00Z moved',
      '2027-03-08T07:30Z',
    ])
  })
})

describe('wildcard hours, or hours with steps, where clocks are changed', () => {
  it('follow real time when the clocks go forward', () => {
    expect(fires('30 * * * *', 'America/New_York', '2026-03-08T05:45Z', 3)).toEqual([
      '2026-03-08T06:30Z',
      '2026-03-08T07:30Z',
      '2026-03-08T08:30Z',
    ])
  })

  it('follow real time when the clocks go back', () => {
    expect(fires('*/30 * * * *', 'America/New_York', '2026-11-01T04:45Z', 5)).toEqual([
      '2026-11-01T05:00Z first of two',
      '2026-11-01T05:30Z first of two',
      '2026-11-01T06:00Z second of two',
      '2026-11-01T06:30Z second of two',
      '2026-11-01T07:00Z',
    ])
  })

  it('leave out a skipped hour of their steps', () => {
    expect(fires('0 */2 * * *', 'America/New_York', '2026-03-08T04:30Z', 2)).toEqual([
      '2026-03-08T05:00Z',
      '2026-03-08T08:00Z',
    ])
  })
})

describe('occurrences', () => {
  it('know zones that are not whole hours away', () => {
    expect(fires('30 7 * * *', 'Asia/Kolkata', '2026-05-04T00:00Z', 1)).toEqual(['2026-05-04T02:00Z'])
    expect(fires('30 7 * * *', 'Asia/Kathmandu', '2026-05-04T00:00Z', 1)).toEqual(['2026-05-04T01:45Z'])
  })

  it('need day and weekday both, as node-cron has it', () => {
    expect(fires('30 9 13 * 5', 'UTC', '2026-11-25T00:00Z', 2)).toEqual([
      '2027-08-13T09:30Z',
      '2028-10-13T09:30Z',
    ])
  })

  it('exclude the instant after which they are asked for, and include the one until which', () => {
    const noon = new Date('2026-05-04T12:00Z')
    const next = new Date('2026-05-05T12:00Z')
    expect(occurrences(cron('0 12 * * *'), 'UTC', noon, next).toArray()).toEqual([{ due: next }])
    expect(occurrences(cron('0 12 * * *'), 'UTC', noon, noon).toArray()).toEqual([])
  })

  it.each([['0 0 20 * 1#1'], ['0 0 L-29 2 1#2']])('end where there are none: %s', (text) => {
    const start = performance.now()
    expect(nextOccurrences(cron(text), 'America/New_York', new Date('2026-01-01T00:00Z'), 1)).toEqual([])
    expect(performance.now() - start).toBeLessThan(1_000)
  })

  it('are found though they are rare', () => {
    expect(fires('0 0 29 2 1', 'Asia/Kolkata', '2026-01-01T00:00Z', 1)).toEqual(['2044-02-28T18:30Z'])
    expect(fires('0 0 29 2 1', 'UTC', '2072-03-01T00:00Z', 1)).toEqual(['2112-02-29T00:00Z'])
  })
})

const fixed = (hour: number, minute: number) => (wall: Wall) => wall.hour === hour && wall.minute === minute

/** Each with what it means, said without any parser. */
const entries: readonly [string, boolean, (wall: Wall) => boolean][] = [
  ['30 7 * * *', false, fixed(7, 30)],
  ['30 2 * * *', false, fixed(2, 30)],
  ['0 0 * * *', false, fixed(0, 0)],
  ['30 1 * * 0', false, (wall) => fixed(1, 30)(wall) && wall.weekday === 0],
  ['5,55 0-3 * * *', false, (wall) => wall.hour <= 3 && (wall.minute === 5 || wall.minute === 55)],
  ['*/20 2 * * *', false, (wall) => wall.hour === 2 && wall.minute % 20 === 0],
  ['0 6 1 * *', false, (wall) => fixed(6, 0)(wall) && wall.day === 1],
  [
    '15 2 25-31 3,10 0',
    false,
    (w) => fixed(2, 15)(w) && w.day >= 25 && [3, 10].includes(w.month) && w.weekday === 0,
  ],
  ['*/15 * * * *', true, (wall) => wall.minute % 15 === 0],
  ['7 */2 * * *', true, (wall) => wall.hour % 2 === 0 && wall.minute === 7],
]

/** With both changes in the year, or with none, or with four; by half an hour, by two hours, at midnight. */
const years: readonly [string, number][] = [
  ['America/New_York', 2026],
  ['America/Los_Angeles', 2026],
  ['America/St_Johns', 2010],
  ['America/Havana', 2026],
  ['America/Santiago', 2026],
  ['America/Asuncion', 2023],
  ['America/Sao_Paulo', 2018],
  ['America/Nuuk', 2025],
  ['Atlantic/Azores', 2026],
  ['Europe/London', 2026],
  ['Europe/Dublin', 2026],
  ['Europe/Berlin', 2026],
  ['Europe/Chisinau', 2026],
  ['Africa/Cairo', 2026],
  ['Africa/Casablanca', 2012],
  ['Asia/Beirut', 2026],
  ['Asia/Jerusalem', 2026],
  ['Asia/Tehran', 2021],
  ['Asia/Kolkata', 2026],
  ['Asia/Kathmandu', 2026],
  ['Antarctica/Troll', 2026],
  ['Australia/Sydney', 2026],
  ['Australia/Lord_Howe', 2026],
  ['Pacific/Auckland', 2026],
  ['Pacific/Chatham', 2026],
  ['Pacific/Norfolk', 2026],
  ['Pacific/Apia', 2011],
]

describe('a year, beside a cron that walks through it minute by minute', () => {
  it.each(years)('is the same in %s %i', (zone, year) => {
    const from = Date.UTC(year, 0, 1)
    const until = Date.UTC(year + 1, 0, 1)
    const walked = walk(zone, from, until)
    for (const [index, [text]] of entries.entries()) {
      const computed = occurrences(cron(text), zone, new Date(from - 1), new Date(until - 1))
      const due = computed.map(({ due }) => shortly(due)).toArray()
      // As one text each: tens of thousands of elements are compared in one go.
      expect(due.join('\n'), text).toBe(walked[index]?.map(shortly).join('\n'))
    }
  })
})

describe('any expression', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is due in UTC when node-cron says so', () => {
    vi.useFakeTimers()
    fc.assert(
      fc.property(expressions(), moments(), (text, from) => {
        vi.setSystemTime(from)
        const { cron } = readExpression(text)
        if (!cron) return
        const ours = nextOccurrences(cron, 'UTC', from, 4).map(({ due }) => due.toISOString())
        expect(ours).toEqual(theirNext(text, ours.length))
      }),
      { numRuns: 300 },
    )
  })

  it('is due at the same instants however the time is cut into pieces, in order and none twice', () => {
    fc.assert(
      fc.property(
        expressions(),
        fc.constantFrom(...years),
        fc.array(fc.nat(400 * 24 * 60), { maxLength: 8 }),
        (text, [zone, year], cuts) => {
          const { cron } = readExpression(text)
          if (!cron) return
          const from = Date.UTC(year, 0, 1)
          const ends = [...cuts, 400 * 24 * 60]
            .toSorted((a, b) => a - b)
            .map((minutes) => new Date(from + minutes * 60_000))
          const whole = occurrences(cron, zone, new Date(from), ends.at(-1))
            .take(3_000)
            .map(({ due }) => due.getTime())
            .toArray()
          const pieces = ends.flatMap((end, index) =>
            occurrences(cron, zone, ends[index - 1] ?? new Date(from), end)
              .map(({ due }) => due.getTime())
              .toArray(),
          )
          expect(pieces.slice(0, 3_000)).toEqual(whole)
          expect(whole).toEqual([...new Set(whole)].toSorted((a, b) => a - b))
        },
      ),
      { numRuns: 100 },
    )
  })
})

interface Wall {
  readonly minute: number
  readonly hour: number
  readonly day: number
  readonly month: number
  readonly weekday: number
}

/**
 * cron as cronie runs it: wakes up each minute, looks at the clock on the wall, makes up for entries with fixed hours
 * when the clock jumped less than three hours, and does not run them again when it went back.
 */
function walk(zone: string, from: number, until: number): number[][] {
  const fired: number[][] = entries.map(() => [])
  let reached = from + offsetAt(zone, from) - 60_000
  for (let now = from; now < until; now += 60_000) {
    const offset = offsetAt(zone, now)
    const wall = now + offset
    const jump = wall - reached
    const skipped = jump > 60_000 && jump < 3 * 3_600_000 ? between(reached + 60_000, wall) : []
    const shown = wallAt(wall)
    entries.forEach(([, wild, fits], index) => {
      const due = wild
        ? fits(shown)
        : wall > reached && (fits(shown) || skipped.some((missed) => fits(wallAt(missed))))
      if (due) fired[index]?.push(now)
    })
    reached = Math.max(reached, wall)
  }
  return fired
}

const between = (from: number, before: number) =>
  Array.from({ length: (before - from) / 60_000 }, (_, index) => from + index * 60_000)

function wallAt(wall: number): Wall {
  const minutes = Math.floor(wall / 60_000)
  const day = Math.floor(minutes / 1440)
  if (day !== today.number) {
    const date = new Date(wall)
    const shown = { day: date.getUTCDate(), month: date.getUTCMonth() + 1, weekday: date.getUTCDay() }
    today = { number: day, shown }
  }
  return { ...today.shown, minute: minutes % 60, hour: Math.floor(minutes / 60) % 24 }
}

let today = { number: Number.NaN, shown: { day: 0, month: 0, weekday: 0 } }

/** Asked of `Intl` once an hour, and minute by minute where the clocks are changed in between. */
function offsetAt(zone: string, at: number): number {
  const hour = Math.floor(at / 3_600_000) * 3_600_000
  if (hour !== asked.hour || zone !== asked.zone) {
    const isNext = hour === asked.hour + 3_600_000 && zone === asked.zone
    const begins = isNext ? asked.ends : readOffset(zone, hour)
    asked = { zone, hour, begins, ends: readOffset(zone, hour + 3_600_000) }
  }
  return asked.begins === asked.ends ? asked.begins : readOffset(zone, at)
}

let asked = { zone: '', hour: 0, begins: 0, ends: 0 }

function readOffset(zone: string, at: number): number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  formats.set(zone, format)
  return Date.parse(`${format.format(at).replace(' ', 'T')}Z`) - at
}

const formats = new Map<string, Intl.DateTimeFormat>()

function theirNext(text: string, count: number): string[] {
  const task = createTask(text, () => undefined, { timezone: 'UTC' })
  const runs = task.getNextRuns(count).map((run) => run.toISOString())
  void task.destroy()
  return runs
}

const moments = () =>
  fc
    .integer({ min: Date.UTC(2024, 0, 1) / 60_000, max: Date.UTC(2030, 0, 1) / 60_000 })
    .map((minutes) => new Date(minutes * 60_000))

function expressions() {
  const minute = fc.constantFrom('*', '0', '30', '7,37', '*/20', '50-10')
  const hour = fc.constantFrom('*', '0', '1', '2', '3,14', '22-2', '*/5', '1-3')
  const day = fc.constantFrom(
    '*',
    '*',
    '?',
    '1',
    '31',
    '29',
    '13',
    'L',
    'L-3',
    '15W',
    '1W',
    '31W',
    'LW',
    '10-20',
    '28-3',
  )
  const month = fc.constantFrom('*', '*', '2', 'mar,nov', '4-6', '11-2')
  const weekday = fc.constantFrom('*', '*', '0', '7', '1-5', 'fri', '5L', '1#1', '7#5', '0L,3#2')
  return fc.tuple(minute, hour, day, month, weekday).map((fields) => fields.join(' '))
}

function cron(text: string): Cron {
  const { cron, faults } = readExpression(text)
  if (!cron) throw new Error(JSON.stringify(faults))
  return cron
}

const fires = (text: string, zone: string, after: string, count: number) =>
  nextOccurrences(cron(text), zone, new Date(after), count).map(({ due, dst }) =>
    [shortly(due), dst].filter(Boolean).join(' '),
  )

const shortly = (at: Date | number) => new Date(at).toISOString().replace(/:00\.000Z$/, 'Z')
