import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { freePorts } from '@rounds/local-servers'
import { expect, it } from 'vitest'
import { assertPortsFree, type Ports, portNames } from './ports.ts'

it('names a taken port in one sentence, with the variable to change and the process that holds it', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const { port } = holder.address() as AddressInfo
  const free = await freePorts(portNames.length)
  const ports = {
    ...Object.fromEntries(portNames.map((name, index) => [name, free[index]])),
    MONGO_PORT: port,
  }

  await expect(assertPortsFree(ports as Ports)).rejects.toThrow(
    new RegExp(
      `^Port ${port} \\(MONGO_PORT, held by .*node.*, process ${process.pid}\\) is taken: stop the process that listens there, or set that variable to something else\\.$`,
    ),
  )
  holder.close()
})
