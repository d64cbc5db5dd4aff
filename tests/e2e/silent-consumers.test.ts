import type { ConsumersHealth } from '@rounds/contracts'
import { type ApiClient, demoClient, startStack, type TestStack } from '@rounds/stack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from './until.ts'

let stack: TestStack
let admin: ApiClient

beforeAll(async () => {
  const often = { CANARY_INTERVAL_SECONDS: '1' }
  stack = await startStack({
    appointments: 50,
    adjust: (service, usual) => (service === 'gateway' ? { ...usual, ...often } : usual),
  })
  admin = await demoClient(stack.url, 'admin')
})
afterAll(() => stack?.stop())

describe('canaries', () => {
  it('come back through every consumer there is', async () => {
    const health = await whenSo('every consumer has answered', ({ items }) =>
      items.every(({ answeredAt }) => answeredAt !== undefined),
    )
    expect(health.items.map(({ service }) => service)).toEqual(
      expect.arrayContaining(['gateway', 'reports', 'mailer', 'chat-notifier', 'scheduler']),
    )
    for (const { roundTripMs } of health.items) expect(roundTripMs).toBeLessThan(10_000)
    expect(silentOnes(health)).toEqual([])
  })

  it('name the consumer of a service that is frozen within a minute, nobody else, and forgive it when it goes on', async () => {
    const { reports } = stack.services
    const frozenAt = Date.now()
    reports.kill('SIGSTOP')
    try {
      const health = await whenSo('somebody is silent', (seen) => silentOnes(seen).length > 0)
      expect(silentOnes(health)).toEqual(['reports-exports'])
      expect(Date.now() - frozenAt).toBeLessThan(60_000)
    } finally {
      reports.kill('SIGCONT')
    }
    await whenSo('nobody is silent', (seen) => silentOnes(seen).length === 0)
  })

  it('name the consumers of a service that has stopped', async () => {
    await stack.services.mailer.stop()
    const health = await whenSo('somebody is silent', (seen) => silentOnes(seen).length > 0)
    const ofMailer = health.items.filter(({ service }) => service === 'mailer')
    await whenSo('all of them are', (seen) => silentOnes(seen).length === ofMailer.length)
    expect(silentOnes(await consumers()).sort()).toEqual(ofMailer.map(({ durable }) => durable).sort())
  })
})

const consumers = () => admin.get<ConsumersHealth>('/v1/health/consumers')
const whenSo = (what: string, isSo: (seen: ConsumersHealth) => boolean) => until(what, consumers, isSo)

const silentOnes = ({ items }: ConsumersHealth) =>
  items.filter(({ silentSince }) => silentSince !== undefined).map(({ durable }) => durable)
