import { once } from 'node:events'
import { connect } from 'node:net'
import { encodeEvent, type HospitalEvent, subjectOf } from '@rounds/contracts'

/** A message as it goes over the wire. */
export interface Letter {
  readonly subject: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/**
 * Speaks to the broker in its own protocol and with nobody's library, so that it can send what no client of ours would:
 * the same event as a new message, rubbish, and too much of it.
 */
export async function natsWitness(url: string, user: string, password: string) {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const errors: string[] = []
  const pongs: Array<() => void> = []
  const letters: Letter[] = []
  let buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk])
    for (;;) {
      const end = buffer.indexOf('\r\n')
      if (end < 0) return
      const words = buffer.subarray(0, end).toString().split(' ')
      const size = words[0] === 'MSG' || words[0] === 'HMSG' ? Number(words.at(-1)) + 2 : 0
      if (buffer.length < end + 2 + size) return
      const content = buffer.subarray(end + 2, end + size)
      if (words[0] === 'HMSG') letters.push(letterIn(words, content))
      else if (words[0] === '-ERR') errors.push(words.slice(1).join(' '))
      else if (words[0] === 'PING') socket.write('PONG\r\n')
      else if (words[0] === 'PONG') pongs.shift()?.()
      buffer = buffer.subarray(end + 2 + size)
    }
  })
  socket.on('error', ({ message }) => errors.push(message))
  await once(socket, 'connect')
  // Whoever still waits hears nothing more.
  socket.once('close', () => {
    for (const resolve of pongs.splice(0)) resolve()
  })
  socket.write(
    `CONNECT ${JSON.stringify({ user, pass: password, verbose: false, headers: true, lang: 'witness', version: '1', protocol: 1 })}\r\n`,
  )

  return {
    errors: errors as readonly string[],
    /** What came on the subjects that were listened to. */
    letters: letters as readonly Letter[],
    listen: (subject: string) => void socket.write(`SUB ${subject} ${subject}\r\n`),
    send({ subject, headers, body }: Letter) {
      const head = `NATS/1.0\r\n${Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`
      const length = Buffer.byteLength(head)
      socket.write(`HPUB ${subject} ${length} ${length + body.byteLength}\r\n${head}`)
      socket.write(body)
      socket.write('\r\n')
    },
    /** Resolves once the broker has read all that was sent before. */
    flush: () =>
      new Promise<void>((resolve) => {
        pongs.push(resolve)
        if (socket.destroyed) resolve()
        socket.write('PING\r\n')
      }),
    close: () => socket.destroy(),
  }
}

/** As its service would send it. */
export function letterOf(event: HospitalEvent): Letter {
  return { subject: subjectOf(event.type), ...encodeEvent(event) }
}

function letterIn(words: readonly string[], content: Buffer): Letter {
  const headLength = Number(words.at(-2))
  const lines = content.subarray(0, headLength).toString().split('\r\n').slice(1).filter(Boolean)
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  return {
    subject: words[1] ?? '',
    headers: Object.fromEntries(headers),
    body: Uint8Array.from(content.subarray(headLength)),
  }
}
