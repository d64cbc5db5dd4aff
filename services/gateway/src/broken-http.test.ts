import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { problem } from '@rounds/contracts'
import Fastify from 'fastify'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerBrokenHttp, leaveOddRequestsToUs, meetOddRequests } from './broken-http.ts'
import { answerWithProblems } from './problem-answers.ts'
import { traceRequests } from './trace.ts'

describe('bytes that are no request', () => {
  const app = Fastify({ http: leaveOddRequestsToUs, clientErrorHandler: answerBrokenHttp })
  traceRequests(app)
  answerWithProblems(app, { isDatabaseAway: () => false, log: { error: () => {} } })
  meetOddRequests(app)
  app.get('/', async () => ({ well: true }))
  beforeAll(() => app.listen({ port: 0, host: '127.0.0.1' }))
  afterAll(() => app.close())

  it.each([
    ['nonsense', '\x16\x03\x01\r\n\r\n', 400],
    ['a length below zero', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n{}', 400],
    ['NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nA: a\0b\r\n\r\n', 400],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['headers without an end', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
  ])('are answered with a problem: %s', async (_what, bytes, status) => {
    const { head, body } = await answerTo(bytes)
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*application/problem\\+json`))
    expect(isProblem.Check(JSON.parse(body))).toBe(true)
    expect(JSON.parse(body).status).toBe(status)
  })

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
