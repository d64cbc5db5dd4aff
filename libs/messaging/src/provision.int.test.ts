import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ConsumerDeclaration,
  consumers,
  gatherers,
  type StreamDeclaration,
  streams,
} from '@rounds/contracts'
import { startNats } from '@rounds/local-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TestBroker, testBroker } from '../test/test-broker.ts'
import type { Connection } from './connection.ts'
import { provision } from './provision.ts'
import { natsServerConfig } from './server-config.ts'
import { refuseLateSync } from './sync-check.ts'

describe('provisioning', () => {
  let broker: TestBroker
  let provisioner: Connection
  beforeAll(async () => {
    broker = await testBroker()
    provisioner = await broker.as('provisioner')
  })
  afterAll(() => broker.stop())
  beforeEach(() => broker.empty())

  it('makes all that is declared, and nothing the second time', async () => {
    const made = await provision(provisioner)

    expect(made.map(({ stream, durable }) => durable ?? stream)).toEqual([
      ...streams.map(({ name }) => name),
      ...[...consumers, ...gatherers].map(({ durable }) => durable),
    ])
    expect(await provision(provisioner)).toEqual([])
  })

  it('declares streams that keep events on disk by age, whoever has heard them', async () => {
    await provision(provisioner)

    const { config } = await broker.manager.streams.info('EVENTS')
    expect(config).toMatchObject({
      retention: 'limits',
      storage: 'file',
      discard: 'old',
      max_age: 30 * 24 * 3_600 * 1e9,
      duplicate_window: 600 * 1e9,
      max_msg_size: 131_072,
    })
  })

  it('declares pull consumers that acknowledge one by one, without a backoff of their own', async () => {
    await provision(provisioner)

    const { config } = await broker.manager.consumers.info('EVENTS', 'reports-exports')
    expect(config).toMatchObject({
      ack_policy: 'explicit',
      deliver_policy: 'all',
      max_deliver: 20,
      max_ack_pending: 256,
    })
    expect(config).not.toHaveProperty('backoff')
    expect(config).not.toHaveProperty('deliver_subject')
    expect(config.filter_subjects).toEqual([
      'hospital.report.requested',
      'hospital.report.cancelled',
      'hospital.canary.sent',
      'replay.events.reports-exports',
    ])
  })

  it('makes again what was lost, and only that', async () => {
    await provision(provisioner)
    await broker.manager.consumers.delete('EVENTS', 'gateway-jobs')

    expect(await provision(provisioner)).toEqual([
      { stream: 'EVENTS', durable: 'gateway-jobs', outcome: 'made' },
    ])
  })

  it('changes what is declared differently, and keeps what is stored', async () => {
    await provision(provisioner)
    await broker.put({ subject: 'hospital.report.started', headers: {}, body: new Uint8Array() })
    const longer = streams.map(
      (one): StreamDeclaration => (one.name === 'EVENTS' ? { ...one, maxAgeDays: 31 } : one),
    )
    const slower = consumers.map((one): ConsumerDeclaration => ({ ...one, ackWaitMs: 31_000 }))

    const changes = await provision(provisioner, { streams: longer, consumers: slower, gatherers })

    expect(changes).toEqual([
      { stream: 'EVENTS', outcome: 'changed' },
      ...consumers.map(({ stream, durable }) => ({ stream, durable, outcome: 'changed' })),
    ])
    expect(await broker.keptIn('EVENTS')).toHaveLength(1)
  })

  it('may be done by two at once', async () => {
    const other = await broker.as('provisioner')

    await Promise.all([provision(provisioner), provision(other)])

    expect(await provision(provisioner)).toEqual([])
  })

  it('keeps an advisory of what the broker gave up on', async () => {
    await provision(provisioner)

    const { config } = await broker.manager.streams.info('ADVISORIES')
    expect(config.subjects).toContain('$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>')
  })
})

describe('the check of the disk', () => {
  it('lets a server pass that syncs always', async () => {
    const nats = await startNats()

    await refuseLateSync(nats.monitorUrl)
    await nats.stop()
  })

  it('refuses a server that syncs later, in one sentence', async () => {
    const conf = join(tmpdir(), `rounds-late-sync-${process.pid}.conf`)
    await writeFile(conf, natsServerConfig().replace('sync_interval: always', 'sync_interval: 2m'))
    const nats = await startNats({ conf })

    await expect(refuseLateSync(nats.monitorUrl)).rejects.toMatchObject({
      name: 'OperatorError',
      message: 'NATS does not sync always: set `jetstream { sync_interval: always }` in its configuration.',
    })
    await nats.stop()
  })

  it('refuses to believe what it cannot read', async () => {
    const silentServer = createServer((_, response) => response.end('<html>'))
    await new Promise<void>((listening) => silentServer.listen(0, '127.0.0.1', listening))
    const { port } = silentServer.address() as { port: number }

    for (const url of [`http://127.0.0.1:${port}`, 'http://127.0.0.1:1', 'nowhere']) {
      await expect(refuseLateSync(url)).rejects.toMatchObject({
        name: 'OperatorError',
        message: 'NATS_MONITOR_URL does not answer: it tells whether NATS syncs always.',
      })
    }
    silentServer.close()
  })
})
