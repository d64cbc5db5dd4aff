import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Somebody behind a thin wire who downloads a file. */
export interface SlowReader {
  /** How many bytes of the answer were taken from the socket so far. */
  taken(): number
  /** Takes the rest as fast as it comes; answers with the body, or nothing when the connection broke. */
  finish(): Promise<Buffer | undefined>
  /** Leaves without a word. */
  giveUp(): void
}

const pieceBytes = 2_048
const everyMs = 500

/**
 * Asks for a file over a socket of its own and takes 4 KB a second of it. What it does not take fills what the kernel keeps
 * for the connection, and then the sender has to wait. `fetch` would not do: it reads ahead.
 */
export async function slowReader(url: URL, cookie: string): Promise<SlowReader> {
  const socket = connect({ port: Number(url.port), host: '127.0.0.1' })
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(
    `GET ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\ncookie: ${cookie}\r\nconnection: close\r\n\r\n`,
  )
  const pieces: Buffer[] = []
  let isSlow = true
  const trickling = trickle()

  return {
    taken: () => pieces.reduce((sum, { length }) => sum + length, 0),
    async finish() {
      isSlow = false
      await trickling
      try {
        for await (const piece of socket) pieces.push(piece)
      } catch {
        return undefined
      }
      return bodyIn(Buffer.concat(pieces))
    },
    giveUp() {
      isSlow = false
      socket.destroy()
    },
  }

  async function trickle() {
    while (isSlow && !socket.destroyed) {
      const piece: Buffer | null = socket.read(pieceBytes)
      if (piece) pieces.push(piece)
      await sleep(everyMs)
    }
  }
}

function bodyIn(answer: Buffer): Buffer | undefined {
  const end = answer.indexOf('\r\n\r\n')
  const isWell = end > 0 && answer.subarray(0, end).toString('latin1').startsWith('HTTP/1.1 200 ')
  return isWell ? answer.subarray(end + 4) : undefined
}
