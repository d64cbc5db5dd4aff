import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { freePorts } from './free-ports.ts'
import { becomePrimary } from './mongo.ts'
import { natsServes, partnersFileName, shippedNatsConf } from './nats.ts'
import { natsEnvironment } from './server-users.ts'
import { until } from './until.ts'

const compose = new URL('../../../docker-compose.yml', import.meta.url)

/** The image docker-compose.yml names for this server, where a Docker engine answers and already has it; for tests. */
export async function presentImage(
  server: 'nats' | 'mongo',
  dockerHost?: string,
): Promise<string | undefined> {
  // Looked for first, because loading testcontainers takes a second.
  if (!dockerHost && !existsSync('/var/run/docker.sock')) return undefined
  const image = new RegExp(`image: (${server}:\\S+)`).exec(await readFile(compose, 'utf8'))?.[1]
  if (!image) return undefined
  const { getContainerRuntimeClient, ImageName } = await import('testcontainers')
  try {
    const engine = await getContainerRuntimeClient()
    return (await engine.image.exists(ImageName.fromString(image))) ? image : undefined
  } catch {
    return undefined
  }
}

/** The shipped configuration in a container. */
export async function natsContainer(image: string, passwords: Readonly<Record<string, string>>) {
  const { GenericContainer } = await import('testcontainers')
  const container = await new GenericContainer(image)
    .withCopyFilesToContainer([
      { source: shippedNatsConf, target: '/etc/nats/nats.conf' },
      { source: join(dirname(shippedNatsConf), partnersFileName), target: `/etc/nats/${partnersFileName}` },
    ])
    .withEnvironment(natsEnvironment(passwords))
    .withCommand(['-c', '/etc/nats/nats.conf', '-m', '8222', '-sd', '/tmp/jetstream'])
    .withExposedPorts(4222, 8222)
    .start()
  const at = (port: number) => `${container.getHost()}:${container.getMappedPort(port)}`
  const monitorUrl = `http://${at(8222)}`
  await until(() => natsServes(monitorUrl), { what: 'the NATS container' })
  return { url: `nats://${at(4222)}`, monitorUrl, stop: () => container.stop() }
}

/** A replica set of one in a container. */
export async function mongoContainer(image: string) {
  const { GenericContainer } = await import('testcontainers')
  // The same port inside and outside: the set tells its clients the address by which it knows itself.
  const [port = 0] = await freePorts(1)
  const container = await new GenericContainer(image)
    .withCommand(['mongod', '--replSet', 'rs0', '--port', `${port}`, '--bind_ip_all'])
    .withExposedPorts({ container: port, host: port })
    .start()
  await until(() => becomePrimary(`127.0.0.1:${port}`), { what: 'the MongoDB container' })
  return { url: `mongodb://127.0.0.1:${port}/rounds?replicaSet=rs0`, stop: () => container.stop() }
}
