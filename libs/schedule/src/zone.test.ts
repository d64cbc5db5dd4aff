import { expect, it } from 'vitest'
import { isTimeZone } from './zone.ts'

it.each(['Asia/Kolkata', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])(
  'knows the zone %s',
  (name) => {
    expect(isTimeZone(name)).toBe(true)
  },
)

it.each(['', '+05:30', 'Asia/Nowhere', 'kolkata', ' UTC', `A${'a'.repeat(100_000)}`])(
  'knows no zone %s',
  (name) => {
    expect(isTimeZone(name)).toBe(false)
  },
)
