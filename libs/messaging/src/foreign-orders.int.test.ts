import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, headers, nkeyAuthenticator } from '@nats-io/transport-node'
import { gatewaySystemConsumer, intakeStreamOf } from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { type LocalNatsCluster, startNatsCluster } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Connection, connectTo } from './connection.ts'
import { newPartnerKey } from './partner-key.ts'
import { partnersConfig } from './partners-config.ts'
import { provision } from './provision.ts'
import { natsServerConfig } from './server-config.ts'

const patient = { timeout: 30_000, interval: 200 }

/** Headers that begin with `Nats-` are orders to the broker, and whoever may publish may write them (decision 0035). */
describe('another system that orders the broker about, three servers and each stream on all of them', () => {
  let dir: string
  let nats: LocalNatsCluster
  let lis: Connection
  beforeAll(async () => {
    const key = newPartnerKey()
    const partners = partnersConfig([{ id: 'lis', natsKey: key.publicKey, types: ['appointment.checked'] }])
    dir = await mkdtemp(join(tmpdir(), 'rounds-orders-'))
    const conf = join(dir, 'nats.conf')
    await writeFile(conf, natsServerConfig().replace('include ./partners.conf', partners))
    nats = await startNatsCluster({ conf })
    const provisioner = await connectTo({
      url: nats.url,
      user: 'provisioner',
      password: nats.passwordOf('provisioner'),
      log: silent,
    })
    const topology = {
      streams: [intakeStreamOf('lis')],
      consumers: [gatewaySystemConsumer('lis')],
      gatherers: [],
    }
    // As the provisioner does: a cluster that has just begun refuses for a moment.
    await vi.waitFor(() => provision(provisioner, topology, 3), patient)
    await provisioner.close()
    lis = await connect({
      servers: nats.url.split(','),
      authenticator: nkeyAuthenticator(new TextEncoder().encode(key.seed)),
      inboxPrefix: '_INBOX',
    })
  })
  afterAll(async () => {
    await lis?.close()
    await nats?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  it.each([
    { 'Nats-Expected-Last-Msg-Id': 'never' },
    { 'Nats-Expected-Last-Sequence': '999' },
    { 'Nats-Expected-Last-Subject-Sequence': '999' },
    { 'Nats-Expected-Stream': 'EVENTS' },
    { 'Nats-Rollup': 'all' },
    { 'Nats-TTL': '1s' },
    { 'Nats-Schedule': '@at 2030-01-01T00:00:00Z', 'Nats-Schedule-Target': 'hospital.appointment.checked' },
    { 'Nats-Scheduler': 'hospital.appointment.checked', 'Nats-Schedule-Next': 'purge' },
    { 'Nats-Incr': '+1' },
    { 'Nats-Batch-Id': 'one', 'Nats-Batch-Sequence': '1', 'Nats-Batch-Commit': '1' },
    { 'Nats-Stream-Source': 'EVENTS 1' },
  ] as Record<string, string>[])(
    'is refused %j, what it says next is stored, and every server stays healthy',
    async (orders) => {
      const refused = await said(orders)
      expect(refused).toMatchObject({ error: { err_code: expect.any(Number) } })
      expect(await said({})).toMatchObject({ stream: 'INTAKE_lis' })
      await vi.waitFor(async () => {
        for (const url of nats.monitorUrl.split(','))
          expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' })
      }, patient)
    },
  )

  async function said(orders: Record<string, string>): Promise<object> {
    const written = headers()
    for (const [name, value] of Object.entries(orders)) written.set(name, value)
    const answer = await lis.request('events.appointment.checked', '{}', { headers: written, timeout: 5_000 })
    return answer.json()
  }
})
