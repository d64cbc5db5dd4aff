import { setTimeout as sleep } from 'node:timers/promises'
import { appointmentChecked } from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { testServers } from '@rounds/local-servers'
import { connectTo, eventMaker, jetstreamBus, provision } from '@rounds/messaging'
import { until } from '@rounds/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ChatWorld, openChatWorld } from '../test/chat-world.ts'

let world: ChatWorld
beforeEach(async () => {
  world = await openChatWorld()
})
afterEach(() => world.close())

const spaceIds = Array.from({ length: 8 }, (_, n) => `space-${n}`)
const visits = Array.from({ length: 15 }, (_, n) => ({ _id: `visit-${n}` }))
const told = () =>
  world.door
    .messages()
    .map(({ message }) => Number(/^\d+/.exec(message?.fallbackText ?? '')?.[0] ?? 1))
    .reduce((sum, count) => sum + count, 0)

describe('several notifiers', () => {
  it('tell everything once, and never more than one message a second and space by the clock of whoever hears', async () => {
    await Promise.all(spaceIds.map((spaceId) => world.space(spaceId)))
    await world.visits(...visits)
    const children = await Promise.all([world.start(), world.start(), world.start()])
    // Or one of them might have told everything before the others were there.
    await until('all three', world.said, (said) => said.split('"ready"').length > 3)
    for (const { _id } of visits) {
      await Promise.all(spaceIds.map((spaceId) => world.want(spaceId, _id)))
      await sleep(200)
    }
    const all = spaceIds.length * visits.length
    await until(
      'the last of them',
      () => world.standing(),
      ({ posted }) => posted === all,
    )
    expect(told()).toBe(all)
    expect(world.door.messages().length).toBeLessThan(all)
    expect(world.door.closestMs()).toBeGreaterThanOrEqual(1_000)
    await Promise.all(children.map((child) => world.kill(child, 'SIGTERM')))
    expect(children.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0])
  }, 60_000)

  it('lose nothing and tell nothing twice when one is killed with messages on their way', async () => {
    await Promise.all(spaceIds.map((spaceId) => world.space(spaceId)))
    await world.visits(...visits)
    world.door.decide(({ count }) => (count === 1 ? { kind: 'hang', takes: true } : undefined))
    const first = await world.start()
    for (const { _id } of visits.slice(0, 3))
      await Promise.all(spaceIds.map((spaceId) => world.want(spaceId, _id)))
    await until(
      'all of them hang',
      () => world.door.visits.length,
      (seen) => seen === spaceIds.length,
    )
    await world.kill(first)
    await world.leaseOver()
    await world.start()
    await until(
      'the last of them',
      () => world.standing(),
      ({ posted }) => posted === 24,
    )
    expect(told()).toBe(24)
  }, 60_000)

  it('post elsewhere while many spaces hang', async () => {
    const hanging = Array.from({ length: 30 }, (_, n) => `hangs-${n}`)
    await Promise.all([...hanging, 'well'].map((spaceId) => world.space(spaceId)))
    await world.visits(...visits)
    world.door.decide(({ space }) => (space === 'well' ? undefined : { kind: 'hang' }))
    for (const spaceId of hanging) await world.want(spaceId, 'visit-0')
    await world.start({ CHAT_CONCURRENCY: '20' })
    await until(
      'some that hang',
      () => world.door.visits.length,
      (seen) => seen >= 20,
    )
    const key = await world.want('well', 'visit-0')
    await until(
      'the one that is well',
      () => world.stands(key),
      (state) => state === 'posted',
      5_000,
    )
  }, 30_000)
})

describe('a webhook', () => {
  it('stands in no log, no metric and no document, whatever goes wrong', async () => {
    const deeds = [
      { kind: 'answer', status: 500 },
      { kind: 'reset', afterBytes: 10 },
      { kind: 'cut answer', afterBytes: 0 },
      { kind: 'answer', status: 302, headers: { location: world.door.webhookOf('elsewhere') } },
      {
        kind: 'answer',
        status: 400,
        body: JSON.stringify({ error: { status: 'INVALID_ARGUMENT', message: world.door.webhookOf('x') } }),
      },
      {
        kind: 'answer',
        status: 403,
        body: JSON.stringify({
          error: { code: 403, status: 'PERMISSION_DENIED', message: world.door.webhookOf('x') },
        }),
      },
      { kind: 'answer', status: 200, body: JSON.stringify({ name: world.door.webhookOf('x') }) },
    ] as const
    await world.visits(...visits)
    for (const [place, deed] of deeds.entries()) {
      await world.space(`space-${place}`)
      world.door.next(`space-${place}`, deed)
      await world.want(`space-${place}`, 'visit-0')
    }
    await world.space('sealed-elsewhere', { webhook: { keyId: 'gone', nonce: 'AAAA', sealed: 'AAAA' } })
    await world.want('sealed-elsewhere', 'visit-0')
    const opsPort = 20_000 + Math.floor(Math.random() * 20_000)
    await world.start({ OPS_PORT: `${opsPort}` })
    await until(
      'all of them',
      () => new Set(world.door.visits.map(({ space }) => space)).size,
      (seen) => seen === deeds.length,
    )
    await until('what it says of the sealed one', world.said, (said) =>
      said.includes('WEBHOOK_ENCRYPTION_KEYS'),
    )

    // The one that Google forbids: an argument that it refuses is the message's fault.
    const stopped = /^rounds_chat_spaces\{state="stopped",.*\} 1$/m
    const metrics = await until(
      'the stopped space among the metrics',
      async () => (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text(),
      (said) => stopped.test(said),
    )
    const kept = await Promise.all(
      ['posts', 'spaceStates'].map((name) => world.store.collection(name).find().toArray()),
    )
    expect(metrics).toContain('rounds_chat_posts_open')
    for (const text of [world.said(), metrics, JSON.stringify(kept)]) {
      expect(text).not.toContain('secret-of')
      expect(text).not.toContain('key-of-all')
      expect(text).not.toContain('token=')
      expect(text).not.toMatch(/Ada|Rao/)
    }
  }, 30_000)
})

describe('an event', () => {
  it('becomes a post in each space that wants to hear of it, and none in the others', async () => {
    const { nats } = testServers()
    const as = (user: 'provisioner' | 'gateway') =>
      connectTo({ url: nats.url, user, password: nats.passwordOf(user), log: silent })
    const [provisioner, connection] = [await as('provisioner'), await as('gateway')]
    await provision(provisioner)
    const gateway = jetstreamBus(connection, { log: silent })
    await world.space('subscribed')
    await world.space('another-doctor', { rules: [{ news: ['appointment.checked'], doctorId: 'sen' }] })
    await world.space('off', { active: false })
    await world.visits({ _id: 'visit-0' })
    await world.start({ NATS_URL: nats.url, NATS_PASSWORD: nats.passwordOf('chat-notifier') })
    const checked = eventMaker('gateway')(appointmentChecked, {
      appointmentId: 'visit-0',
      patientId: 'ada',
      doctorId: 'rao',
      departmentId: 'heart',
      startsAt: new Date().toISOString(),
      version: 2,
      checkedAt: new Date().toISOString(),
      fhirStatus: 'fulfilled',
    })
    await gateway.publish(checked)
    await gateway.publish({ ...checked, id: `${checked.id}-again` })
    await until('the card', () => world.door.messages().length)
    await until(
      'both of them',
      () => world.standing(),
      ({ posted }) => posted === 1,
    )
    expect(world.door.messages()).toMatchObject([
      { space: 'subscribed', message: { thread: { threadKey: 'visit-0' } } },
    ])
    await gateway.close()
    await provisioner.close()
  }, 30_000)
})
