import { Agent, request as ask } from 'node:http'
import { connect } from 'node:net'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { FuzzRequest } from './requests.ts'

export interface Answer {
  readonly status: number
  readonly type: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  /** The body goes on, but was not read further. */
  readonly isCut: boolean
}

const patienceMs = 20_000
const longestBody = 4 * 1024 * 1024

/**
 * Asks the door, each time from another loopback address where the system has them: the door counts by address, and one
 * that had spent its share would be answered 429 before any handler saw it.
 */
export function doorClient(url: string) {
  const { port, host } = new URL(url)
  const agents = Array.from({ length: 48 }, (_, index) => {
    const localAddress = process.platform === 'linux' ? { localAddress: `127.0.${index + 1}.1` } : {}
    return new Agent({ keepAlive: true, maxSockets: 4, ...localAddress })
  })
  return {
    send: (request: FuzzRequest, index: number) => send(request, agents[index % agents.length] as Agent),
    /** Bytes as they are; what comes back until the door hangs up. */
    raw: (bytes: Buffer, index: number) => raw(bytes, index),
    close: () => {
      for (const agent of agents) agent.destroy()
    },
  }

  function send({ method, target, headers, body }: FuzzRequest, agent: Agent): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = body === undefined ? undefined : Buffer.from(body)
      const length = sent && !headers['transfer-encoding'] ? { 'content-length': sent.byteLength } : {}
      const asking = ask(
        {
          host: '127.0.0.1',
          port,
          agent,
          method,
          path: target,
          headers: { host, ...headers, ...length },
          signal: AbortSignal.timeout(patienceMs),
        },
        (response) => {
          const chunks: Buffer[] = []
          let size = 0
          const end = (isCut: boolean) =>
            resolve({
              status: response.statusCode ?? 0,
              type: String(response.headers['content-type'] ?? ''),
              headers: response.headers,
              body: decoded(Buffer.concat(chunks), response.headers['content-encoding'], isCut),
              isCut,
            })
          response.on('data', (chunk: Buffer) => {
            chunks.push(chunk)
            size += chunk.byteLength
            // An event stream does not end; its beginning shows what there is to see.
            if (size < longestBody && !response.headers['content-type']?.includes('event-stream')) return
            end(true)
            response.destroy()
          })
          response.once('end', () => end(false))
          response.once('error', reject)
          // A stream on which nothing happens says nothing more than its headers.
          if (response.headers['content-type']?.includes('event-stream'))
            setTimeout(() => {
              end(true)
              response.destroy()
            }, 200)
        },
      )
      asking.once('error', reject)
      asking.end(sent)
    })
  }

  function raw(bytes: Buffer, index: number): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      const localAddress = process.platform === 'linux' ? { localAddress: `127.0.${(index % 48) + 1}.1` } : {}
      const socket = connect({ host: '127.0.0.1', port: Number(port), ...localAddress })
      const chunks: Buffer[] = []
      socket.setTimeout(patienceMs, () => {
        socket.destroy()
        reject(new Error('neither an answer nor an end'))
      })
      socket.on('data', (chunk) => chunks.push(chunk))
      socket.once('error', () => socket.destroy())
      socket.once('close', () => resolve(parsed(Buffer.concat(chunks))))
      socket.write(bytes)
    })
  }
}

/** The body without its coding. One that was cut is judged by its beginning alone, and a HEAD has none. */
function decoded(body: Buffer, coding: string | undefined, isCut: boolean): Buffer {
  if (isCut || body.byteLength === 0) return body
  if (coding === 'br') return brotliDecompressSync(body)
  return coding === 'gzip' ? gunzipSync(body) : body
}

/** The first answer among these bytes; none where the door hung up without a word. */
function parsed(bytes: Buffer): Answer | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  )
  const length = Number(headers['content-length'] ?? Number.POSITIVE_INFINITY)
  const body = bytes.subarray(end + 4, Math.min(bytes.byteLength, end + 4 + length))
  return {
    status: Number(first.split(' ')[1]),
    type: headers['content-type'] ?? '',
    headers,
    body,
    isCut: false,
  }
}
