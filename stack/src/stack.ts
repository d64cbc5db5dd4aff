import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { webhookKeyring } from '@rounds/chat'
import { type ChatSink, chatSink } from '@rounds/chat-sink'
import type { ServiceName } from '@rounds/contracts'
import { type LocalMongo, type LocalNats, startMongo, startNats } from '@rounds/local-servers'
import { startMailCatcher } from './mail-catcher.ts'
import { assertPortsFree, type Ports } from './ports.ts'
import { seedDatabase, seedSpaces } from './seed/mongo-seed.ts'
import { seededSpaces } from './seed/spaces.ts'
import { mayStay, readStamp, type SeedStamp, writeStamp } from './seed/stamp.ts'
import {
  artifactsIn,
  demoChatKeys,
  environmentOf,
  opsUrl,
  type Places,
  serviceNames,
} from './service-environments.ts'
import { type ChildPlan, type Supervised, supervised, tether } from './supervise/supervisor.ts'
import { builtWeb } from './web-build.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface StackOptions {
  readonly dataDir: string
  readonly ports: Ports
  readonly zone: string
  readonly logLevel: string
  /** Build and serve the web UI too. */
  readonly web: boolean
  readonly fresh?: boolean
  /** Absent: what is there stays, and an empty hospital gets `usualAppointments`. */
  readonly appointments?: number
  readonly usualAppointments: number
  /** Runs one step of the start; may tell how long it took. */
  readonly step: <T>(what: string, run: () => Promise<T>) => Promise<T>
  /** For the screen: warnings, crashes, restarts. */
  readonly tell: (line: string) => void
  /** Changes what a service is told of the world, such as an address behind which a fault proxy stands. */
  readonly adjust?: (service: ServiceName, environment: Record<string, string>) => Record<string, string>
  /** Whether mails are caught and can be read; absent: nobody listens where they would go. */
  readonly catchMail?: boolean
  /** Another way to run MongoDB, such as a set of three. */
  readonly startMongo?: typeof startMongo
  /** Another way to run NATS, such as a cluster of three. */
  readonly startNats?: typeof startNats
}

export interface Stack {
  readonly url: string
  readonly nats: LocalNats
  readonly mongo: LocalMongo
  readonly artifactsDir: string
  /** Where chat messages go, and can be looked at. */
  readonly chatSink: ChatSink
  readonly seed: SeedStamp
  readonly services: Readonly<Record<ServiceName, Supervised>>
  /** Resolves once this service, or every one of them, says that it is ready. */
  ready(service?: ServiceName): Promise<void>
  /** Starts one more of a service, on other ports where `environment` says so. */
  replica(service: ServiceName, environment: Record<string, string>): Promise<Supervised>
  /** Everything, in the opposite order of starting, the services together. Twice is harmless. */
  stop(): Promise<void>
}

/** The whole hospital, started step by step. What was started is stopped again when a later step fails. */
export async function openStack(options: StackOptions): Promise<Stack> {
  const { dataDir, ports, step, tell, adjust = (_service, environment) => environment } = options
  const stops: Array<() => Promise<void>> = []
  const stop = async () => {
    while (stops.length > 0) await stops.pop()?.()
  }
  try {
    await assertPortsFree(ports)
    const stamp = await readStamp(dataDir)
    const stays = mayStay(stamp, options)
    if (!stays) await forget(dataDir)
    await mkdir(artifactsIn(dataDir), { recursive: true })
    const logDir = join(dataDir, 'logs')
    await mkdir(logDir, { recursive: true })

    const { nats, mongo } = await step('NATS and MongoDB', async () => {
      const mongo = await (options.startMongo ?? startMongo)({
        dir: join(dataDir, 'mongo'),
        port: ports.MONGO_PORT,
        auth: true,
      })
      stops.push(() => mongo.stop())
      const nats = await (options.startNats ?? startNats)({
        dir: join(dataDir, 'nats'),
        port: ports.NATS_PORT,
        httpPort: ports.NATS_MONITOR_PORT,
      })
      stops.push(() => nats.stop())
      return { nats, mongo }
    })

    if (options.catchMail) {
      const catcher = await step('a mail catcher', () => startMailCatcher(ports, join(logDir, 'mails.log')))
      stops.push(() => catcher.stop())
    }
    const sink = await step('a chat sink', () => chatSink({ port: ports.CHAT_SINK_PORT }))
    stops.push(() => sink.close())
    const places: Places = { ...options, nats, mongo }
    await step('streams, users and their rights', () => provisionOnce(places))
    const seed = stays ? stamp : await seedWith(options, mongo, step)
    await seedSpaces(mongo.url, seededSpaces(sink, webhookKeyring(demoChatKeys), new Date()))
    const webDir = options.web ? await step('the web UI', () => builtWeb(root)) : undefined

    const environments = Object.fromEntries(
      serviceNames.map((name) => {
        const usual = environmentOf(name, { ...places, ...(webDir === undefined ? {} : { webDir }) })
        return [name, adjust(name, usual)]
      }),
    ) as Record<ServiceName, Record<string, string>>
    const services = Object.fromEntries(
      serviceNames.map((name) => {
        return [name, supervised(planOf(name, name, environments[name]), logDir, tell)]
      }),
    ) as Record<ServiceName, Supervised>
    const ready = (service?: ServiceName) => whenReady(service ? [service] : serviceNames, ports)
    await step('provisioner, gateway, reports, mailer, chat-notifier, scheduler', async () => {
      const all = Object.values(services)
      stops.push(async () => void (await Promise.all(all.map((service) => service.stop()))))
      for (const service of all) await service.start()
      await ready()
    })
    return {
      url: `http://localhost:${ports.HTTP_PORT}`,
      nats,
      mongo,
      artifactsDir: artifactsIn(dataDir),
      chatSink: sink,
      seed,
      services,
      ready,
      replica: async (service, more) => {
        const environment = { ...environments[service], ...more }
        const one = supervised(planOf(`${service}-2`, service, environment), logDir, tell)
        stops.push(() => one.stop())
        await one.start()
        return one
      },
      stop,
    }
  } catch (fault) {
    await stop()
    throw fault
  }
}

async function forget(dataDir: string) {
  // The stamp goes first: whoever is interrupted here has no complete data.
  for (const part of ['seed.json', 'mongo', 'nats', 'artifacts', 'tour', 'logs']) {
    await rm(join(dataDir, part), { recursive: true, force: true })
  }
}

async function seedWith(
  { dataDir, appointments, usualAppointments }: StackOptions,
  mongo: LocalMongo,
  step: StackOptions['step'],
): Promise<SeedStamp> {
  const plan = { anchor: todayInIndia(), appointments: appointments ?? usualAppointments }
  const what = `a hospital with ${plan.appointments.toLocaleString('en')} appointments`
  await step(what, () => seedDatabase(mongo.url, plan))
  return writeStamp(dataDir, plan)
}

// The demo hospital stands there, whatever zone it is looked at in. Sweden writes days as ISO 8601 does.
const todayInIndia = () => new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Kolkata' })

const planOf = (name: string, service: ServiceName, environment: Record<string, string>): ChildPlan => ({
  name,
  file: mainOf(service),
  environment,
  liveUrl: `http://127.0.0.1:${environment.OPS_PORT}/livez`,
})

const mainOf = (service: ServiceName) => join(root, 'services', service, 'src/main.ts')

async function provisionOnce(places: Places): Promise<void> {
  const child = spawn(process.execPath, ['--import', tether, mainOf('provisioner'), '--once'], {
    env: environmentOf('provisioner', places),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const said: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => said.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the provisioner could not do its work:\n${Buffer.concat(said)}`)
}

async function whenReady(services: readonly ServiceName[], ports: Ports): Promise<void> {
  const deadline = Date.now() + 90_000
  for (const service of services) {
    let answer = 'no answer'
    for (;;) {
      answer = await readiness(`${opsUrl(service, ports)}/readyz`)
      if (answer === '') break
      if (Date.now() > deadline) throw new Error(`${service} is not ready after 90 s: ${answer}`)
      await sleep(50)
    }
  }
}

/** Empty when ready. */
async function readiness(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3_000) })
    const said = await response.text()
    return response.ok ? '' : said
  } catch {
    return 'no answer'
  }
}
