import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { afterEach, describe, expect, it } from 'vitest'
import { startMongo } from './mongo.ts'
import { natsFilesIn, natsProcessIn, startNats } from './nats.ts'
import { testServers } from './test-servers.ts'
import { until } from './until.ts'

describe('local servers', () => {
  const atEnd: Array<() => Promise<unknown>> = []
  afterEach(async () => {
    for (const end of atEnd.splice(0).reverse()) await end()
  })

  const stoppedAtEnd = async <Server extends { stop(): Promise<void> }>(starting: Promise<Server>) => {
    const server = await starting
    atEnd.push(() => server.stop())
    return server
  }
  const directory = async () => {
    const dir = await mkdtemp(join(tmpdir(), 'rounds-servers-'))
    atEnd.push(() => rm(dir, { recursive: true, force: true }))
    return dir
  }

  it('share one MongoDB, with a database for everyone who asks', async () => {
    const { freshDatabase } = testServers()
    const [one, other] = [freshDatabase(), freshDatabase()]
    expect(one).not.toBe(other)

    await using client = new MongoClient(one)
    await client
      .db()
      .collection('notes')
      .insertOne({ text: 'here' }, { writeConcern: { w: 'majority', j: true } })
    expect(await client.db().collection('notes').countDocuments()).toBe(1)
  })

  it('bring a killed NATS back on the same port', async () => {
    const nats = await stoppedAtEnd(startNats())
    const before = nats.pid
    await nats.kill()
    await expect(fetch(`${nats.monitorUrl}/healthz`)).rejects.toThrow()

    await nats.restart()

    expect(nats.pid).not.toBe(before)
    expect((await fetch(`${nats.monitorUrl}/healthz`)).status).toBe(200)
  })

  it('signal no stranger whose number a stale pid file of NATS names', async () => {
    const dir = await directory()
    const nats = await stoppedAtEnd(startNats({ dir }))
    expect(await natsProcessIn(dir)).toBe(nats.pid)
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)'])
    atEnd.push(async () => void stranger.kill('SIGKILL'))
    const ended = once(stranger, 'exit').then(() => 'ended')
    await writeFile(natsFilesIn(dir).pid, `${stranger.pid}`)

    expect(await natsProcessIn(dir)).toBeUndefined()
    const refused = nats.reload().then(
      () => 'read again',
      ({ name }: Error) => name,
    )
    // Whichever is first: a stranger that got the signal ends.
    expect(await Promise.race([refused, ended])).toBe('OperatorError')
    for (const none of ['', 'none', '0', '-1', '1']) {
      await writeFile(natsFilesIn(dir).pid, none)
      expect(await natsProcessIn(dir)).toBeUndefined()
    }
  })

  it('let NATS sync every write, as shipped', async () => {
    const nats = await stoppedAtEnd(startNats())
    const { config } = (await (await fetch(`${nats.monitorUrl}/jsz?config=1`)).json()) as { config: object }
    expect(config).toMatchObject({ sync_always: true })
  })

  it('let only the administrator into a MongoDB with users, and keep its data through a kill', async () => {
    const mongo = await stoppedAtEnd(startMongo({ auth: true }))
    await using client = new MongoClient(mongo.url)
    await client.db().collection('notes').insertOne({ text: 'kept' })
    await mongo.kill()
    await mongo.restart()
    expect(await client.db().collection('notes').findOne()).toMatchObject({ text: 'kept' })

    const { port } = new URL(mongo.url)
    await using stranger = new MongoClient(`mongodb://127.0.0.1:${port}/rounds?replicaSet=rs0`)
    await expect(stranger.db().collection('notes').findOne()).rejects.toThrow(/authentication/i)
  })

  it('find their data and passwords again in the same directory, under another port', async () => {
    const dir = await directory()
    const first = await startMongo({ dir, auth: true })
    await using before = new MongoClient(first.url)
    await before.db().collection('notes').insertOne({ text: 'moved' })
    await first.stop()

    const second = await stoppedAtEnd(startMongo({ dir, auth: true }))

    expect(second.url).not.toBe(first.url)
    expect(second.passwordOf('reports')).toBe(first.passwordOf('reports'))
    await using after = new MongoClient(second.url)
    expect(await after.db().collection('notes').findOne()).toMatchObject({ text: 'moved' })
  })

  it('leave no temporary directory behind', async () => {
    const nats = await startNats()
    const dir = (await commandLineOf(nats.pid)).find((part) => part.includes('rounds-nats-')) as string
    expect(existsSync(dir)).toBe(true)
    await nats.stop()
    expect(existsSync(dir)).toBe(false)
  })

  it('die with the process that started them, even when it is killed', async () => {
    const dir = await directory()
    const parent = spawn(process.execPath, ['--input-type=module', '-e', starter], {
      env: { ...process.env, DIR: dir, MODULE: new URL('./nats.ts', import.meta.url).href },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(parent.stdout, 'data')
    const pid = Number(String(line))
    expect(isAlive(pid)).toBe(true)

    parent.kill('SIGKILL')

    await until(async () => expect(isAlive(pid)).toBe(false), { what: 'its end', withinMs: 10_000 })
  })

  it('say why, with the last words of a server that does not come up', async () => {
    const conf = join(await directory(), 'broken.conf')
    await writeFile(conf, 'include "nowhere.conf"')
    await expect(startNats({ conf })).rejects.toThrow(/nats-server exited; it said last:\n.*nowhere/)
  })
})

const starter = `
  const { startNats } = await import(process.env.MODULE)
  const { pid } = await startNats({ dir: process.env.DIR })
  console.log(pid)
  setInterval(() => {}, 1_000)
`

function isAlive(pid: number) {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function commandLineOf(pid: number) {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')
}
