import { expect, it } from 'vitest'
import { places } from './places.ts'

const one = () => ({})
const never = new AbortController().signal

it('hands out as many places as there are, and the next one to whoever waits longest', async () => {
  const table = places(2)
  const [ada, ben, cem, dan] = [one(), one(), one(), one()]
  await table.take(ada, never)
  await table.take(ben, never)
  const seated: string[] = []
  const third = table.take(cem, never).then(() => seated.push('cem'))
  const fourth = table.take(dan, never).then(() => seated.push('dan'))
  await Promise.resolve()
  expect(seated).toEqual([])
  table.giveBack(ben)
  await third
  expect(seated).toEqual(['cem'])
  table.giveBack(ada)
  await fourth
  expect(seated).toEqual(['cem', 'dan'])
})

it('gives nothing for what somebody does not have', async () => {
  const table = places(1)
  const [ada, ben] = [one(), one()]
  await table.take(ada, never)
  const waits = table.take(ben, never)
  table.giveBack(ben)
  table.giveBack(one())
  expect(await Promise.race([waits.then(() => 'seated'), Promise.resolve('waits')])).toBe('waits')
  table.giveBack(ada)
  await waits
})

it('lets go of whoever is told to stop, and keeps no place for them', async () => {
  const table = places(1)
  const [ada, ben, cem] = [one(), one(), one()]
  await table.take(ada, never)
  const stop = new AbortController()
  const waits = table.take(ben, stop.signal)
  stop.abort(new Error('stop'))
  await expect(waits).rejects.toThrow('stop')
  const next = table.take(cem, never)
  table.giveBack(ada)
  await next
})

it('passes the turn on when whoever has it is told to stop in that moment', async () => {
  const table = places(1)
  const [ada, ben, cem] = [one(), one(), one()]
  await table.take(ada, never)
  const stop = new AbortController()
  const waits = table.take(ben, stop.signal)
  const next = table.take(cem, never)
  table.giveBack(ada)
  stop.abort(new Error('stop'))
  await expect(waits).rejects.toThrow('stop')
  await next
})
