import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FaultProxy, faultProxy } from './fault-proxy.ts'

/** A server that answers each message with `re:` and the message, and remembers what it heard. */
let server: Server
let heard: string
let proxy: FaultProxy
const sockets = new Set<Socket>()

beforeEach(async () => {
  heard = ''
  server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (data) => {
      heard += data
      socket.write(`re:${data}`)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy = await faultProxy((server.address() as AddressInfo).port)
})
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  await proxy.close()
  server.close()
})

describe('a fault proxy', () => {
  it('is a wire while it has no rules, and counts what passes', async () => {
    const client = await call()

    expect(await client.ask('hello')).toBe('re:hello')

    expect(proxy.counts()).toMatchObject({
      connections: 1,
      open: 1,
      clientBytes: 5,
      serverBytes: 8,
      hits: 0,
    })
  })

  it('passes megabytes unchanged, at the speed of the slower side', async () => {
    const client = await call()
    const message = 'x'.repeat(3_000_000)
    client.socket.write(message)
    await client.until((got) => got.length >= message.length && heard.length === message.length)
    expect(heard).toBe(message)
  })

  it('cuts before the bytes that match are forwarded', async () => {
    proxy.add({ when: 'client', match: /secret/, do: 'cut' })
    const client = await call()
    expect(await client.ask('hello')).toBe('re:hello')

    client.socket.write('a secret')
    await client.ended

    expect(heard).toBe('hello')
    expect(proxy.counts()).toMatchObject({ hits: 1, open: 0 })
  })

  it('cuts after they were forwarded, when that is what was asked for', async () => {
    proxy.add({ when: 'client', match: Buffer.from('secret'), do: 'cut', at: 'after' })
    const client = await call()

    client.socket.write('a secret')
    await client.ended
    await sleep(20)

    expect(heard).toBe('a secret')
  })

  it('keeps back the reply to what matched: done, and the client never hears of it', async () => {
    proxy.add({ when: 'reply', match: /insert/, do: 'cut' })
    const client = await call()
    client.socket.write('insert')
    await client.ended

    expect(heard).toBe('insert')
    expect(client.got()).toBe('')
  })

  it('tells at that very moment, so that a process can be killed there', async () => {
    const moments: string[] = []
    proxy.add({ when: 'client', match: /now/, atHit: () => moments.push(heard) })
    const client = await call()

    expect(await client.ask('now')).toBe('re:now')

    expect(moments).toEqual([''])
  })

  it('finds a match that two packets share', async () => {
    proxy.add({ when: 'client', match: /split/, do: 'cut' })
    const client = await call()
    await client.ask('sp')
    client.socket.write('lit')
    await client.ended
    expect(heard).toBe('sp')
  })

  it('follows a rule as often as it says, and no more once it is taken away', async () => {
    const hits: string[] = []
    const remove = proxy.add({ when: 'client', times: 3, atHit: () => hits.push('hit') })
    const client = await call()
    await client.ask('1')
    await client.ask('2')
    remove()
    await client.ask('3')
    expect(hits).toHaveLength(2)
  })

  it('resets, and the client knows that it was no goodbye', async () => {
    proxy.add({ when: 'server', match: { afterBytes: 4 }, do: 'reset' })
    const client = await call()
    client.socket.write('more than four')
    expect(await client.ended).toBe('ECONNRESET')
  })

  it('drops: both ends stay open and hear nothing more', async () => {
    const client = await call()
    await client.ask('1')
    expect(proxy.strike('drop')).toBe(1)

    client.socket.write('2')
    await sleep(50)

    expect([heard, client.got(), client.socket.destroyed]).toEqual(['1', 're:1', false])
    const other = await call()
    expect(await other.ask('3')).toBe('re:3')
  })

  it('leaves a connection half open: the server is gone, the client is not told', async () => {
    const client = await call()
    await client.ask('1')
    const [atServer] = [...sockets]
    proxy.strike('half-open')
    if (atServer && !atServer.destroyed) await once(atServer, 'close')

    client.socket.write('2')
    await sleep(50)

    expect([heard, client.socket.destroyed]).toEqual(['1', false])
  })

  it('delays, and keeps the order', async () => {
    const client = await call()
    await client.ask('1')
    proxy.strike({ delayMs: 40 })
    const since = performance.now()
    client.socket.write('2')
    await sleep(5)
    client.socket.write('3')
    await client.until((got) => got.endsWith('3'))

    expect(performance.now() - since).toBeGreaterThan(75)
    expect(heard).toBe('123')
  })

  it('keeps the order also when the delay ends while something is on its way', async () => {
    const client = await call()
    await client.ask('1')
    proxy.strike({ delayMs: 500 })
    client.socket.write('2')
    await sleep(100)
    proxy.strike({ delayMs: 0 })
    client.socket.write('3')
    await client.until((got) => got.endsWith('3'))

    expect(heard).toBe('123')
  })

  it('refuses new connections while it is told to', async () => {
    proxy.refuse(true)
    const refused = await call()
    await refused.ended
    proxy.refuse(false)
    expect(await (await call()).ask('back')).toBe('re:back')
  })
})

async function call() {
  const socket = connect(proxy.port, '127.0.0.1')
  let all = ''
  socket.on('data', (data) => {
    all += data
  })
  const ended = new Promise<string>((resolve) => {
    let code = ''
    socket.on('error', (error: NodeJS.ErrnoException) => {
      code = error.code ?? ''
    })
    socket.on('close', () => resolve(code))
  })
  await Promise.race([new Promise((resolve) => socket.once('connect', resolve)), ended])
  const until = async (isSo: (got: string) => boolean) => {
    while (!isSo(all)) await once(socket, 'data', { signal: AbortSignal.timeout(5_000) })
  }
  return {
    socket,
    ended,
    until,
    got: () => all,
    async ask(text: string) {
      const before = all.length
      socket.write(text)
      await until((got) => got.length >= before + 3 + text.length)
      return all.slice(before)
    },
  }
}
