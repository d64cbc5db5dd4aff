import { AckPolicy, DeliverPolicy, jetstreamManager } from '@nats-io/jetstream'
import {
  gatewayJobsConsumer,
  reportCancelled,
  reportRequested,
  reportStarted,
  reportsExportsConsumer,
} from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { requested } from '../test/bus-contract.ts'
import { type TestBroker, testBroker } from '../test/test-broker.ts'
import { jetstreamBus } from './jetstream-bus.ts'
import { done } from './outcome.ts'
import { provision } from './provision.ts'
import { hears, subscription } from './subscription.ts'

// js_ack_fc_v2 changes the subject that acks go to; a later server will have it on by itself.
describe.for(['v1', 'v2'] as const)('rights at a broker with ack subjects of format %s', (ackFormat) => {
  let broker: TestBroker
  beforeAll(async () => {
    broker = await testBroker({ ackFormat })
    await provision(await broker.as('provisioner'))
  })
  afterAll(() => broker.stop())

  it('let a service do its work: hear, acknowledge, bury, tell its flow', async () => {
    const gateway = jetstreamBus(await broker.as('gateway'), { log: silent })
    const reports = jetstreamBus(await broker.as('reports'), { log: silent })
    const heard: string[] = []
    await reports.subscribe(
      subscription(
        reportsExportsConsumer,
        2,
        hears(reportRequested, async ({ id }) => {
          heard.push(id)
          return id === 'bad' ? { kind: 'reject', reason: 'bad' } : done
        }),
        hears(reportCancelled, async () => done),
      ),
    )

    await gateway.publish(requested({ id: `good` }))
    await gateway.publish(requested({ id: `bad` }))

    await vi.waitFor(async () => {
      expect(await broker.keptIn('DEAD_LETTERS')).toHaveLength(1)
      const { ack_floor, num_ack_pending } = await broker.manager.consumers.info('EVENTS', 'reports-exports')
      expect({ acknowledged: ack_floor.stream_seq, open: num_ack_pending }).toEqual({
        acknowledged: 2,
        open: 0,
      })
    })
    expect(heard).toEqual(['good', 'bad'])
    const ackSubject = { v1: '$JS.ACK.EVENTS.', v2: '$JS.ACK._.' }[ackFormat]
    expect(await ackSubjectOfADelivery()).toContain(ackSubject)
    await Promise.all([gateway.close(), reports.close()])
  })

  const forbidden: [string, string][] = [
    ['say what only others say', 'hospital.appointment.checked'],
    ['say what it hears', 'hospital.report.requested'],
    ["bury in another's name", 'dead.gateway.report.requested'],
    ["take from another's consumer", `$JS.API.CONSUMER.MSG.NEXT.EVENTS.${gatewayJobsConsumer.durable}`],
    ["look at another's consumer", `$JS.API.CONSUMER.INFO.EVENTS.${gatewayJobsConsumer.durable}`],
    ['acknowledge for another', `$JS.ACK.EVENTS.${gatewayJobsConsumer.durable}.1.1.1.1.0`],
    [
      'acknowledge for another, in the new format',
      `$JS.ACK._.x.EVENTS.${gatewayJobsConsumer.durable}.1.1.1.1.0`,
    ],
    ['make a consumer', '$JS.API.CONSUMER.CREATE.EVENTS.mine'],
    ['make a durable consumer', '$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.mine'],
    ['delete its own consumer', `$JS.API.CONSUMER.DELETE.EVENTS.${reportsExportsConsumer.durable}`],
    ['purge the stream', '$JS.API.STREAM.PURGE.EVENTS'],
    ['delete the stream', '$JS.API.STREAM.DELETE.EVENTS'],
    ['change the stream', '$JS.API.STREAM.UPDATE.EVENTS'],
    ['read what is stored', '$JS.API.STREAM.MSG.GET.EVENTS'],
    ['read the dead letters', '$JS.API.STREAM.INFO.DEAD_LETTERS'],
    ['list what there is', '$JS.API.STREAM.NAMES'],
    ["answer into another's inbox", '_INBOX_gateway.any'],
    ['ask the server', '$SYS.REQ.SERVER.PING'],
  ]
  it.for(forbidden)('do not let reports %s', async ([, subject]) => {
    const reports = await broker.as('reports')

    await expect(reports.request(subject, '{}', { timeout: 2_000 })).rejects.toThrow(/permissions violation/i)
  })

  it.for(['_INBOX_gateway.>', '_INBOX.>', '>', 'hospital.>', 'dead.>', '$JS.>'])(
    'do not let reports listen on %s',
    async (subject) => {
      const reports = await broker.as('reports')

      const refused = new Promise((resolve) => reports.subscribe(subject, { callback: resolve }))

      expect(await refused).toMatchObject({ name: 'PermissionViolationError', operation: 'subscription' })
    },
  )

  it('let the provisioner neither read an event nor delete a stream', async () => {
    const provisioner = await broker.as('provisioner')
    const manager = await jetstreamManager(provisioner)

    await expect(manager.streams.delete('EVENTS')).rejects.toThrow(/permissions violation/i)
    await expect(manager.streams.purge('EVENTS')).rejects.toThrow(/permissions violation/i)
    await expect(manager.streams.getMessage('EVENTS', { seq: 1 })).rejects.toThrow(/permissions violation/i)
    await expect(provisioner.request('hospital.report.requested')).rejects.toThrow(/permissions violation/i)
  })

  it('deliver nothing to the provisioner of what it may make: push consumers, streams that republish or copy', async () => {
    const provisioner = await broker.as('provisioner')
    const gateway = jetstreamBus(await broker.as('gateway'), { log: silent })
    const manager = await jetstreamManager(provisioner)
    const inbox = '_INBOX_provisioner.spy'
    const ways = ['pushed', 'republished.>', 'copied']
    const seen: string[] = []
    // Whoever listens in the hospital's own account is delivered all of it.
    const delivered = new Set<string>()
    for (const way of ways) {
      provisioner.subscribe(`${inbox}.${way}`, { callback: () => void seen.push(way) })
      broker.tester.subscribe(`${inbox}.${way}`, { callback: () => void delivered.add(way) })
    }
    await Promise.all([provisioner.flush(), broker.tester.flush()])

    const pushed = { ack_policy: AckPolicy.None, deliver_policy: DeliverPolicy.All }
    await manager.consumers.add('EVENTS', { ...pushed, deliver_subject: `${inbox}.pushed`, name: 'spy' })
    await manager.streams.add({
      name: 'SPY',
      sources: [{ name: 'EVENTS' }],
      republish: { src: '>', dest: `${inbox}.republished.>` },
    })
    await manager.consumers.add('SPY', {
      ...pushed,
      deliver_subject: `${inbox}.copied`,
      name: 'gateway-intake',
    })
    await gateway.publish(requested({ id: 'spied' }))

    await vi.waitFor(() => expect(delivered).toEqual(new Set(ways)), {
      timeout: 10_000,
    })
    await provisioner.flush()
    expect(seen).toEqual([])
    await broker.manager.consumers.delete('EVENTS', 'spy')
    await broker.manager.streams.delete('SPY')
    await gateway.close()
  })

  async function ackSubjectOfADelivery() {
    const event = { ...requested(), type: reportStarted.type, data: { reportId: 'r-1', attempt: 1 } }
    const reports = jetstreamBus(await broker.as('reports'), { log: silent })
    await reports.publish(event)
    await reports.close()
    const consumer = await broker.manager.jetstream().consumers.get('EVENTS', gatewayJobsConsumer.durable)
    const message = await consumer.next({ expires: 5_000 })
    return (message as unknown as { reply: string }).reply
  }
})
