import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServiceName } from '@rounds/contracts'
import type { Session } from '@rounds/contracts/http'
import { startNats as startNatsAlone } from '@rounds/local-servers'
import {
  type ApiClient,
  type Chance,
  chance,
  demoClient,
  type StackOptions,
  startStack,
  type TestStack,
} from '@rounds/stack'
import {
  type ChatDoor,
  chatDoor,
  type FaultProxy,
  faultProxy,
  type SmtpSink,
  smtpSink,
} from '@rounds/testing'
import { exportsPerMachine, usualExportsAtOnce } from './settings.ts'
import { type Wish, wishesOf } from './wishes.ts'
import { withWitness } from './with-witness.ts'

export type Profile = 'short' | 'long'

export interface Kill {
  readonly service: ServiceName
  readonly at: number
}

type Faulty = 'gateway' | 'reports'

/** Whoever speaks to NATS and to MongoDB. */
const speakers = ['gateway', 'reports', 'mailer', 'scheduler', 'chat-notifier'] as const
type Speaker = (typeof speakers)[number]

/** The connections of one service to one server, all through one proxy. */
export interface Wire {
  readonly service: Speaker | 'provisioner'
  readonly server: 'nats' | 'mongo'
  readonly proxy: FaultProxy
}

/** A hospital with a fault proxy on each of its wires, and the means to hurt it. */
export interface World {
  readonly stack: TestStack
  readonly admin: ApiClient
  readonly session: Session
  /** Decides about faults only; begins anew with each row, so that a row alone falls as it does among others. */
  readonly chance: Chance
  beginRow(name: string): void
  readonly seed: number
  readonly profile: Profile
  readonly wishes: readonly Wish[]
  readonly proxies: Readonly<Record<Speaker, { readonly nats: FaultProxy; readonly mongo: FaultProxy }>>
  /** All there are: the provisioner's to NATS beside those of `proxies`. To MongoDB it speaks at its start only. */
  readonly wires: readonly Wire[]
  /** Where all mails go. */
  readonly sink: SmtpSink
  /** Where all chat messages go; each request is on its disk before it is answered. */
  readonly chatDoor: ChatDoor & { readonly logFile: string }
  /** What webhooks are sealed with. */
  chatKeys(): string
  /** What it has is what arrived, whatever the mailer says: synced before the sink answers. */
  readonly sinkLog: string
  /** `kill -9`, now; started again at once. Resolves when it is ready again. Counted among the kills. */
  crash(service: Faulty | 'mailer' | 'chat-notifier'): Promise<void>
  /** When processes were killed. */
  readonly kills: Kill[]
  /** A number for the short and one for the long profile. */
  size(short: number, long: number): number
  /** A time between, by the seed. */
  between(fromMs: number, toMs: number): number
  say(line: string): void
  close(): Promise<void>
}

export interface WorldOptions extends Pick<StackOptions, 'startMongo' | 'startNats'> {
  readonly seed: number
  readonly profile: Profile
  readonly appointments?: number
  readonly isProxied?: boolean
  readonly exportsAtOnce?: number
  readonly say: (line: string) => void
}

export async function openWorld(options: WorldOptions): Promise<World> {
  const {
    seed,
    profile,
    appointments = 3_000,
    isProxied = true,
    startNats = startNatsAlone,
    exportsAtOnce = usualExportsAtOnce,
    say,
    ...others
  } = options
  let luck = chance(seed)
  const wires: readonly Wire[] = [
    ...(await Promise.all(speakers.flatMap((service) => [wire(service, 'nats'), wire(service, 'mongo')]))),
    await wire('provisioner', 'nats'),
  ]
  const proxyOf = (service: Speaker, server: Wire['server']) =>
    wires.find((one) => one.service === service && one.server === server)?.proxy
  const proxies = Object.fromEntries(
    speakers.map((service) => [
      service,
      { nats: proxyOf(service, 'nats'), mongo: proxyOf(service, 'mongo') },
    ]),
  ) as World['proxies']
  const chatDir = await mkdtemp(join(tmpdir(), 'rounds-chat-'))
  const logFile = join(chatDir, 'visits.jsonl')
  const door = { ...(await chatDoor({ logFile })), logFile }
  let chatKeys = ''
  const sinkDir = await mkdtemp(join(tmpdir(), 'rounds-sink-'))
  const sinkLog = join(sinkDir, 'mails.jsonl')
  const sink = await smtpSink({ keepTexts: false, log: sinkLog })
  const more: Partial<Record<ServiceName, Record<string, string>>> = {
    mailer: { SMTP_URL: sink.url },
    'chat-notifier': { CHAT_SINK_URL: door.origin },
    reports: { EXPORT_CONCURRENCY: `${exportsAtOnce}`, EXPORTS_PER_MACHINE: `${exportsPerMachine}` },
  }
  const stack = await startStack({
    ...others,
    startNats: withWitness(startNats),
    appointments,
    adjust: (service, environment) => {
      if (service === 'chat-notifier') chatKeys = environment.WEBHOOK_ENCRYPTION_KEYS ?? ''
      const own = wires.filter((one) => one.service === service)
      return { ...environment, ...more[service], ...(isProxied ? behind(own, environment) : {}) }
    },
  })
  const admin = await demoClient(stack.url, 'admin')
  const kills: Kill[] = []
  const restarting = {
    gateway: Promise.resolve(),
    reports: Promise.resolve(),
    mailer: Promise.resolve(),
    'chat-notifier': Promise.resolve(),
  }

  return {
    stack,
    admin,
    session: admin.session,
    get chance() {
      return luck
    },
    beginRow: (name) => {
      luck = chance(seed + [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 0))
    },
    seed,
    profile,
    wishes: await wishesOf(stack.mongo.url, admin.session.personId),
    proxies,
    wires,
    sink,
    chatDoor: door,
    chatKeys: () => chatKeys,
    sinkLog,
    kills,
    crash(service) {
      const process = stack.services[service]
      process.kill('SIGKILL')
      kills.push({ service, at: Date.now() })
      // Not left to the supervisor, who waits longer each time: what is measured is the rescue, not the waiting.
      restarting[service] = restarting[service].then(async () => {
        await process.stop()
        await process.start()
        await stack.ready(service)
      })
      return restarting[service]
    },
    size: (short, long) => (profile === 'short' ? short : long),
    between: (from, to) => from + luck.next() * (to - from),
    say,
    async close() {
      await Promise.all(Object.values(restarting)).catch(() => {})
      await stack.stop()
      await sink.close()
      await door.close()
      await rm(chatDir, { recursive: true, force: true })
      await rm(sinkDir, { recursive: true, force: true })
      await Promise.all(wires.map(({ proxy }) => proxy.close()))
    },
  }
}

const wire = async (service: Wire['service'], server: Wire['server']): Promise<Wire> => ({
  service,
  server,
  proxy: await faultProxy(0),
})

/** The same addresses, with a proxy in front. A driver that learnt the set's own address would go around it. */
function behind(
  wires: readonly Wire[],
  { NATS_URL = '', MONGO_URL = '' }: Record<string, string>,
): Record<string, string> {
  const through = wires.map(({ server, proxy }) => {
    if (server === 'nats') {
      proxy.lead(Number(new URL(NATS_URL).port))
      return { NATS_URL: `nats://127.0.0.1:${proxy.port}` }
    }
    proxy.lead(Number(/:(\d+)\//.exec(MONGO_URL)?.[1]))
    return { MONGO_URL: `${MONGO_URL.replace(/:\d+\//, `:${proxy.port}/`)}&directConnection=true` }
  })
  return Object.assign({}, ...through)
}

export const logOf = (world: World, row: string) => join(world.stack.dataDir, `accepted-${row}.jsonl`)
