import { writeFile } from 'node:fs/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, errors, headers, nkeyAuthenticator } from '@nats-io/transport-node'
import {
  gatewaySystemConsumer,
  type IntakeType,
  intakeStreamOf,
  requestSubject,
  streams,
} from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type TestBroker, testBroker } from '../test/test-broker.ts'
import type { Connection } from './connection.ts'
import { jetstreamBus } from './jetstream-bus.ts'
import { done } from './outcome.ts'
import type { Parcel } from './parcel.ts'
import { newPartnerKey } from './partner-key.ts'
import { partnersConfig } from './partners-config.ts'
import { provision } from './provision.ts'
import { rawSubscription } from './subscription.ts'
import { systemsAtBroker } from './systems-at-broker.ts'

// js_ack_fc_v2 changes the subject that acks go to; a later server will have it on by itself.
describe.for(['v1', 'v2'] as const)(
  'other systems at a broker with ack subjects of format %s',
  (ackFormat) => {
    let broker: TestBroker
    const keys = { lis: newPartnerKey(), pacs: newPartnerKey(), ris: newPartnerKey() }
    /** An account that was made stays. */
    const known = new Set<keyof typeof keys>()
    const types: readonly IntakeType[] = ['appointment.checked']

    beforeAll(async () => {
      broker = await testBroker({ ackFormat })
      await letIn('lis', 'pacs')
      await provisionAll()
    })
    afterAll(() => broker.stop())

    it('are let in while it runs, and nobody who was there is disturbed', async () => {
      const gateway = await broker.as('gateway')
      const interruptions: string[] = []
      void (async () => {
        for await (const { type } of gateway.status()) interruptions.push(type)
      })()

      await letIn('lis')
      await expect(as('pacs')).rejects.toThrow()
      await letIn('lis', 'pacs')

      const pacs = await as('pacs')
      expect(pacs.isClosed()).toBe(false)
      expect(await systemsAtBroker(broker.nats.monitorUrl)).toEqual(['lis', 'pacs'])
      await gateway.flush()
      expect(interruptions).toEqual([])
      await pacs.close()
    })

    it('may speak as soon as they were let in, also when they were never here before', async () => {
      await letIn('lis', 'pacs', 'ris')
      await provisionAll()

      const ris = await as('ris')
      expect(await jetstream(ris).publish('events.appointment.checked', '{}')).toMatchObject({
        stream: 'INTAKE_ris',
      })
      await ris.close()
      await letIn('lis', 'pacs')
    })

    it('publish what they may say, acknowledged by the stream, under a name that the broker writes', async () => {
      const lis = await as('lis')
      const named = headers()
      named.set('ce-id', 'one')

      const ack = await jetstream(lis).publish('events.appointment.checked', '{}', {
        headers: named,
        msgID: 'one',
      })
      const again = await jetstream(lis).publish('events.appointment.checked', '{}', { msgID: 'one' })

      expect(ack).toMatchObject({ stream: 'INTAKE_lis', duplicate: false })
      expect(again).toMatchObject({ duplicate: true })
      expect((await taken('lis', 1)).map(({ subject }) => subject)).toEqual([
        'ext.lis.events.appointment.checked',
      ])
      await lis.close()
    })

    it.for([
      ['what they may not say', 'events.appointment.booked'],
      ['anything else that is theirs', 'events.report'],
      ['in the name of another', 'ext.pacs.events.appointment.checked'],
      ['in their own name without the broker', 'ext.lis.events.appointment.checked'],
      ['an event of the hospital', 'hospital.appointment.checked'],
      ['a dead letter', 'dead.gateway.unknown'],
      ['an answer', 'answers.rejected'],
      ['a wish to see the streams', '$JS.API.STREAM.LIST'],
      ['a wish to read a stream', '$JS.API.STREAM.MSG.GET.INTAKE_lis'],
      ['a wish to delete one', '$JS.API.STREAM.DELETE.INTAKE_lis'],
      ['a wish to fetch', '$JS.API.CONSUMER.MSG.NEXT.INTAKE_lis.gateway-intake'],
      ['a question about the account', '$JS.API.INFO'],
      ['a question to the server', '$SYS.REQ.SERVER.PING'],
    ])('do not publish %s', async ([, subject]) => {
      const lis = await as('lis')
      const before = await storedInAll()

      const refused = await refusals(lis, () => lis.publish(subject as string, '{}'))

      expect(refused).toEqual([subject])
      expect(await storedInAll()).toBe(before)
    })

    it.for(['>', 'events.>', 'hospital.>', 'ext.>', 'dead.>', '$JS.>', '$SYS.>', '_INBOX_gateway.>'])(
      'do not listen on %s',
      async (subject) => {
        const lis = await as('lis')

        expect(await refusals(lis, () => void lis.subscribe(subject, { callback() {} }))).toEqual([subject])
      },
    )

    it('hear the answers to them, and none to others', async () => {
      const [lis, pacs] = [await as('lis'), await as('pacs')]
      const heard: string[] = []
      for (const [name, one] of [['lis', lis] as const, ['pacs', pacs] as const])
        one.subscribe('answers.>', {
          callback: (_, { subject, data }) => void heard.push(`${name} ${subject} ${Buffer.from(data)}`),
        })
      await Promise.all([lis.flush(), pacs.flush()])
      const gateway = jetstreamBus(await broker.as('gateway'), { log: silent })

      gateway.answer('ext.lis.answers.rejected', { code: 'NOT_AN_EVENT' })

      await vi.waitFor(() => expect(heard).toEqual(['lis answers.rejected {"code":"NOT_AN_EVENT"}']))
      await Promise.all([gateway.close(), lis.close(), pacs.close()])
    })

    it('are answered what they ask, each under its own name, and only where they may say it', async () => {
      const [lis, pacs] = [await as('lis'), await as('pacs')]
      const gateway = jetstreamBus(await broker.as('gateway'), { log: silent })
      await gateway.serve(requestSubject('*'), 4, async ({ subject, body }) => {
        if (body.byteLength === 0) throw new Error('the database is away')
        return { subject }
      })

      const asked = async (one: Connection, text: string) =>
        (await one.request('requests.appointment.checked', text, { timeout: 1_000 })).json()
      // Subscribed once the broker has answered.
      await vi.waitFor(async () =>
        expect(await asked(lis, '{}')).toEqual({ subject: 'ext.lis.requests.appointment.checked' }),
      )
      expect(await asked(pacs, '{}')).toEqual({ subject: 'ext.pacs.requests.appointment.checked' })
      await expect(asked(lis, '')).rejects.toThrow()
      expect(await refusals(pacs, () => pacs.publish('requests.appointment.booked', '{}'))).toEqual([
        'requests.appointment.booked',
      ])
      await Promise.all([gateway.close(), lis.close()])
    })

    it.each([
      ['more than an event may have', 100_000, { stream: 'INTAKE_lis' }],
      ['more than is stored', 200_000, { error: { description: expect.stringContaining('maximum') } }],
    ])('are answered a message of %s, and stay connected', async (_, bytes, answer) => {
      const lis = await as('lis')

      const { data } = await lis.request('events.appointment.checked', Buffer.alloc(bytes, ' '))

      expect(JSON.parse(Buffer.from(data).toString())).toMatchObject(answer)
      expect(lis.info?.max_payload).toBe(256 * 1024)
      await lis.flush()
      expect(lis.isClosed()).toBe(false)
      await lis.close()
    })

    it('do not get a message of 300 KB into the hospital', async () => {
      const lis = await as('lis')
      const large = Buffer.alloc(300_000, ' ')

      await expect(jetstream(lis).publish('events.appointment.checked', large)).rejects.toThrow()
      // The client knows the limit from the server, and is refused by itself: the connection stands.
      await lis.flush()
      await lis.close()
    })

    it('are cut off at once when they are shut out, and do not come back', async () => {
      const pacs = await as('pacs')
      const published = () => jetstream(pacs).publish('events.appointment.checked', '{}', { timeout: 1_000 })
      await published()

      await letIn('lis')

      await expect(published()).rejects.toThrow()
      await expect(as('pacs')).rejects.toThrow()
      await pacs.close()
      const lis = await as('lis')
      expect(await jetstream(lis).publish('events.appointment.checked', '{}')).toMatchObject({
        stream: 'INTAKE_lis',
      })
      await lis.close()
      await letIn('lis', 'pacs')
    })

    it('are known from the broker alone, and unknown while nobody tells', async () => {
      expect(await systemsAtBroker(`http://127.0.0.1:1,${broker.nats.monitorUrl}`)).toContain('lis')
      expect(await systemsAtBroker('http://127.0.0.1:1')).toBeUndefined()
    })

    it('do not come with the key of another, or without one', async () => {
      await expect(connect({ servers: broker.nats.url, ...once })).rejects.toThrow()
      const stranger = newPartnerKey()
      await expect(withSeed(stranger.seed)).rejects.toThrow()
    })

    it('find their streams again at a broker that lost everything', async () => {
      await broker.nats.wipe()
      await provisionAll()

      const lis = await as('lis')
      expect(await jetstream(lis).publish('events.appointment.checked', '{}')).toMatchObject({
        stream: 'INTAKE_lis',
        seq: 1,
      })
      await lis.close()
    })

    it('leave nothing in the stream once it was taken', async () => {
      await taken('lis', 1)

      await vi.waitFor(async () => {
        const manager = await jetstreamManager(await broker.as('tester'))
        expect((await manager.streams.info('INTAKE_lis')).state.messages).toBe(0)
      })
    })

    const once = { reconnect: false, maxReconnectAttempts: 0, timeout: 3_000 }
    const withSeed = (seed: string) =>
      connect({
        servers: broker.nats.url,
        authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
        ...once,
      })
    const as = (system: keyof typeof keys) => withSeed(keys[system].seed)

    async function letIn(...systems: (keyof typeof keys)[]) {
      for (const system of systems) known.add(system)
      const partners = [...known].map((id) => ({
        id,
        natsKey: systems.includes(id) ? keys[id].publicKey : undefined,
        types,
      }))
      await writeFile(broker.nats.partnersFile, partnersConfig(partners))
      await broker.nats.reload()
    }

    async function provisionAll() {
      const systems = (await systemsAtBroker(broker.nats.monitorUrl)) ?? []
      const connection = await broker.as('provisioner')
      await provision(connection, {
        streams: [...streams, ...systems.map(intakeStreamOf)],
        consumers: systems.map(gatewaySystemConsumer),
        gatherers: [],
      })
    }

    /** What the gateway takes of a system's stream, once it has so many. */
    async function taken(system: string, count: number): Promise<readonly Parcel[]> {
      const gateway = jetstreamBus(await broker.as('gateway'), { log: silent })
      const parcels: Parcel[] = []
      await gateway.subscribe(
        rawSubscription(gatewaySystemConsumer(system), 4, async (parcel) => {
          parcels.push(parcel)
          return done
        }),
      )
      await vi.waitFor(() => expect(parcels.length).toBeGreaterThanOrEqual(count), { timeout: 5_000 })
      await gateway.close()
      return parcels
    }

    async function storedInAll(): Promise<number> {
      const all = await broker.manager.streams.list().next()
      return all.reduce((sum, { state }) => sum + state.last_seq, 0)
    }
  },
)

/** The subjects that the broker refuses. */
async function refusals(connection: Connection, doIt: () => void): Promise<readonly string[]> {
  const refused: string[] = []
  const listening = (async () => {
    for await (const status of connection.status())
      if (status.type === 'error' && status.error instanceof errors.PermissionViolationError)
        refused.push(status.error.subject)
  })()
  doIt()
  // What was refused is told before this is answered.
  await connection.flush()
  await connection.close()
  await listening
  return refused
}
