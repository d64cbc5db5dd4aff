import { createServer, type Server } from 'node:net'
import { OperatorError } from '@rounds/kernel'

/** That many different TCP ports on the loopback interface which nobody listens on at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  // All held at once, so that the system cannot hand out the same one twice.
  const held = await Promise.all(Array.from({ length: count }, () => listenOn(0)))
  const ports = held.map(portOf)
  await Promise.all(held.map(close))
  return ports
}

/** Refuses, in one sentence that names it, a port somebody else already listens on. */
export async function assertFree(port: number, what: string) {
  try {
    await close(await listenOn(port))
  } catch (cause) {
    throw new OperatorError(
      `port ${port}, meant for ${what}, is taken: stop who holds it or choose another port`,
      { cause },
    )
  }
}

const listenOn = (port: number) =>
  new Promise<Server>((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })

const close = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()))

function portOf(server: Server) {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port')
  return address.port
}
