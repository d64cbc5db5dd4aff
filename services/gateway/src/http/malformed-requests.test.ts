import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { problem } from '@rounds/contracts'
import Fastify from 'fastify'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installErrorHandler } from './error-handler.ts'
import {
  answerMalformedRequest,
  enforceBodyTimeout,
  handleExpectHeader,
  nodeRequestChecksOff,
} from './malformed-requests.ts'
import { traceRequests } from './trace-context.ts'

describe('bytes that are no request', () => {
  const app = Fastify({ http: nodeRequestChecksOff, clientErrorHandler: answerMalformedRequest })
  traceRequests(app)
  installErrorHandler(app, { isDatabaseAway: () => false, log: { error: () => {} } })
  handleExpectHeader(app)
  enforceBodyTimeout(app)
  app.get('/', async () => ({ well: true }))
  const hurried = { config: { bodyPatienceMs: 100 } }
  app.post('/', hurried, async () => ({ well: true }))
  app.post('/work', hurried, async () => {
    await sleep(300)
    return { well: true }
  })
  beforeAll(() => app.listen({ port: 0, host: '127.0.0.1' }))
  afterAll(() => app.close())

  it.each([
    ['nonsense', '\x16\x03\x01\r\n\r\n', 400],
    ['a length below zero', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n{}', 400],
    ['NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nA: a\0b\r\n\r\n', 400],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n', 400],
    ['the same host twice', 'GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: x y/\r\nConnection: close\r\n\r\n', 400],
    [
      'a compressed body',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
      415,
    ],
    ['headers without an end', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
  ])('are answered with a problem: %s', async (_what, bytes, status) => {
    const { head, body } = await answerTo(bytes)
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*application/problem\\+json`))
    expect(isProblem.Check(JSON.parse(body))).toBe(true)
    expect(JSON.parse(body).status).toBe(status)
  })

  it('are answered when a body never comes to its end', async () => {
    const { head, body } = await answerTo(
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"a":',
    )
    expect([head.split(' ')[1], JSON.parse(body).code]).toEqual(['408', 'TOO_SLOW'])
  })

  it.each(['Content-Length: 0\r\n\r\n', 'Content-Length: 2\r\nContent-Type: application/json\r\n\r\n{}'])(
    'are not what came in whole, however long the answer takes: %j',
    async (rest) => {
      const { head } = await answerTo(`POST /work HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${rest}`)
      expect(head.split(' ')[1]).toBe('200')
    },
  )

  it('are not what comes with an expectation nobody knows', async () => {
    const { head, body } = await answerTo(
      'GET / HTTP/1.1\r\nHost: x\r\nExpect: 200-maybe\r\nConnection: close\r\n\r\n',
    )
    expect([head.split(' ')[1], JSON.parse(body)]).toEqual(['200', { well: true }])
  })

  async function answerTo(bytes: string) {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => {})
    socket.write(bytes, 'latin1')
    await once(socket, 'close')
    const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n')
    return { head, body }
  }
})

const isProblem = Compile(problem)
