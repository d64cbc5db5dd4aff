import { expect, it } from 'vitest'
import { isTimeZone, readZone } from './zone-name.ts'

it.each(['Asia/Kolkata', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])(
  'knows the zone %s',
  (name) => {
    expect(isTimeZone(name)).toBe(true)
  },
)

it.each(['', '+05:30', 'Asia/Nowhere', 'kolkata', 'IST', 'PST', ' UTC', `A${'a'.repeat(100_000)}`])(
  'knows no zone %s',
  (name) => {
    expect(isTimeZone(name)).toBe(false)
  },
)

it.each([
  ['IST', 'Asia/Kolkata'],
  [' ist ', 'Asia/Kolkata'],
  ['India Standard Time', 'Asia/Kolkata'],
  ['GMT+5:30', 'Asia/Kolkata'],
  ['Calcutta', 'Asia/Kolkata'],
  ['buenos aires', 'America/Buenos_Aires'],
  ['BST', 'Europe/London or Asia/Dhaka'],
])('offers for %s what may have been meant', (name, meant) => {
  expect(readZone(name).fault).toBe(`is not an IANA zone. Did you mean ${meant}?`)
})

it('offers only zones that it reads', () => {
  const some = Intl.supportedValuesOf('timeZone').filter((_, index) => index % 40 === 0)
  for (const zone of [...some, 'Asia/Calcutta', 'Asia/Katmandu', 'Europe/Kiev']) {
    const { fault = '' } = readZone(` ${zone}`)
    const offered = /Did you mean (.+)\?$/.exec(fault)?.[1]?.split(' or ') ?? []
    expect(offered.length, zone).toBeGreaterThan(0)
    expect(offered.filter((one) => !isTimeZone(one))).toEqual([])
  }
})

it('spells a zone as IANA does', () => {
  expect(readZone('asia/kolkata')).toEqual({ zone: 'Asia/Kolkata' })
})
