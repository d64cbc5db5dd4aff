import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type Log, silent } from '@rounds/kernel'
import { freePorts, startNats } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectTo } from './connection.ts'

describe('a connection', () => {
  let nats: Awaited<ReturnType<typeof startNats>>
  beforeAll(async () => {
    nats = await startNats()
  })
  afterAll(() => nats.stop())

  it('is refused at once with a wrong password, in one sentence that does not repeat it', async () => {
    await expect(
      connectTo({ url: nats.url, user: 'gateway', password: 'guess', log: silent }),
    ).rejects.toMatchObject({
      name: 'OperatorError',
      message: 'NATS refuses the user gateway: check NATS_PASSWORD.',
    })
  })

  it.for(['', 'nats', 'localhost:4222', 'http://localhost:4222', 'nats://', 'nats://a:4222,b'])(
    'is refused to an address that is none: %s',
    async (url) => {
      await expect(connectTo({ url, user: 'gateway', password: 'x', log: silent })).rejects.toMatchObject({
        name: 'OperatorError',
        message: 'NATS_URL is not an address such as nats://127.0.0.1:4222.',
      })
    },
  )

  it.for([
    ['2.9.10', 'version 2.9.10'],
    ['2.12.15', 'version 2.12.15'],
    ['1.4.1', 'version 1.4.1'],
  ])('is refused to a server of version %s, in one sentence', async ([version = '', said]) => {
    const old = await serverOfVersion(version)

    await expect(
      connectTo({ url: old.url, user: 'gateway', password: 'x', log: silent }),
    ).rejects.toMatchObject({
      name: 'OperatorError',
      message: `The NATS server is ${said}; Rounds needs 2.14 or newer.`,
    })
    await old.close()
  })

  it.for(['2.14.0', '2.15.1', '3.0.0'])('is made to a server of version %s', async (version) => {
    const server = await serverOfVersion(version)

    const connection = await connectTo({ url: server.url, user: 'gateway', password: 'x', log: silent })

    expect(connection.info?.version).toBe(version)
    await connection.close()
    await server.close()
  })

  it('waits for a broker that is not there yet, and says so once', async () => {
    const [port = 0] = await freePorts(1)
    const log: Log = { ...silent, warn: vi.fn() }
    const waiting = connectTo({ url: `nats://127.0.0.1:${port}`, user: 'gateway', password: 'x', log })
    await new Promise((resolve) => setTimeout(resolve, 1_500))

    const server = await serverOfVersion('2.15.1', port)

    const connection = await waiting
    expect(log.warn).toHaveBeenCalledTimes(1)
    await connection.close()
    await server.close()
  })

  it('takes its replies where no other user may listen', async () => {
    const password = nats.passwordOf('gateway')
    const connection = await connectTo({ url: nats.url, user: 'gateway', password, log: silent })

    expect((connection as unknown as { options: object }).options).toMatchObject({
      inboxPrefix: '_INBOX_gateway',
      maxReconnectAttempts: -1,
      pingInterval: 10_000,
      noAsyncTraces: true,
    })
    await connection.close()
  })

  it.for([
    ['idle', 0],
    ['stuffed with what was on its way', 1_000],
  ] as const)(
    'leaves a broker that was cut off without a word, though the socket is %s',
    async ([, letters]) => {
      const between = await wire(Number(new URL(nats.url).port))
      const log: Log = { ...silent, warn: vi.fn(), info: vi.fn() }
      const connection = await connectTo({
        url: between.url,
        user: 'gateway',
        password: nats.passwordOf('gateway'),
        log,
        pingEveryMs: 300,
      })

      between.goSilent()
      for (let n = 0; n < letters; n++)
        connection.publish('hospital.report.requested', new Uint8Array(50_000))

      await vi.waitFor(() => expect(log.info).toHaveBeenCalledWith({}, 'NATS is back'), { timeout: 10_000 })
      await connection.flush()
      await connection.close()
      await between.close()
    },
  )

  it('survives that the broker refuses its password for a while', async () => {
    const log: Log = { ...silent, error: vi.fn() }
    const server = await startNats()
    const connection = await connectTo({
      url: server.url,
      user: 'gateway',
      password: server.passwordOf('gateway'),
      log,
    })

    await server.kill()
    const other = await serverOfVersion('2.15.1', Number(new URL(server.url).port), 'Authorization Violation')
    await vi.waitFor(() => expect(vi.mocked(log.error).mock.calls.length).toBeGreaterThan(2), {
      timeout: 10_000,
    })
    await other.close()
    await server.restart()

    await vi.waitFor(() => connection.flush(), { timeout: 10_000 })
    await connection.close()
    await server.stop()
  })
})

/** Says of itself that it is of that version, and answers pings; refuses everyone where it is told to. */
async function serverOfVersion(version: string, port = 0, refusal?: string) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.write(
      `INFO ${JSON.stringify({ server_id: 'x', version, proto: 1, max_payload: 1_000, headers: true })}\r\n`,
    )
    socket.on('data', (data) => {
      if (refusal) socket.end(`-ERR '${refusal}'\r\n`)
      else if (data.includes('PING')) socket.write('PONG\r\n')
    })
  })
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('the server does not listen')
  return {
    url: `nats://127.0.0.1:${address.port}`,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** A wire to the broker whose present connections can go silent, neither closed nor read from; new ones work. */
async function wire(port: number) {
  const ends = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    near.pipe(far).pipe(near)
    for (const end of [near, far]) ends.add(end.on('error', () => {}))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address() as AddressInfo
  return {
    url: `nats://127.0.0.1:${address.port}`,
    goSilent() {
      for (const end of ends) end.unpipe().pause()
    },
    async close() {
      for (const end of ends) end.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}
