import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { assertFree, freePorts } from './free-ports.ts'

it('finds as many different free ports as asked', async () => {
  const ports = await freePorts(20)
  expect(new Set(ports).size).toBe(20)
  await Promise.all(ports.map((port) => assertFree(port, 'this test')))
})

it('names a taken port and what it was meant for in one sentence', async () => {
  const [port = 0] = await freePorts(1)
  const holder = createServer().listen(port, '127.0.0.1')
  await once(holder, 'listening')
  await expect(assertFree(port, 'NATS')).rejects.toMatchObject({
    name: 'OperatorError',
    message: `port ${port}, meant for NATS, is taken: stop who holds it or choose another port`,
  })
  holder.close()
})
