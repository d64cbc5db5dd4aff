import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServiceName } from '@rounds/contracts'
import { freePorts } from '@rounds/local-servers'
import { type Ports, portNames } from './ports.ts'
import { logins } from './seed/logins.ts'
import { openStack, type Stack, type StackOptions } from './stack.ts'

export { type Chance, chance } from './seed/chance.ts'
export { logins } from './seed/logins.ts'
export { demoAuditKey, demoSecret } from './service-environments.ts'
export type { Stack, StackOptions } from './stack.ts'
export type { Supervised } from './supervise/supervisor.ts'
export { type ApiClient, demoClient, passwordClient, UnexpectedAnswerError } from './tour/api-client.ts'
export { type Downloaded, download } from './tour/download.ts'
export { type Follow, followJob, isFinal, type JobProgress } from './tour/follow-job.ts'
export { reported } from './tour/tour.ts'

/** A hospital of its own for a test: everything real, on free ports, in a directory that goes with it. */
export interface TestStack extends Stack {
  readonly dataDir: string
  readonly ports: Ports
  readonly logins: typeof logins
  /** As `kill -9` would. The supervisor starts it again. */
  kill(service: ServiceName): void
  /** How often a service had to be started again. */
  restarts(service: ServiceName): number
  /** What supervisor and services would have shown on the screen. */
  readonly told: readonly string[]
}

/** A test is many people at once, by the sessions and mailboxes of a few. */
const withoutLimits: Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>> = {
  gateway: {
    REQUESTS_PER_MINUTE: '10000000',
    EVENTS_PER_MINUTE: '10000000',
    OPEN_JOBS_PER_PERSON: '1000000',
    OPEN_VISITS_PER_PATIENT: '10000',
    OPEN_VISITS_PER_PATIENT_AND_DOCTOR: '10000',
  },
  mailer: {
    MAILS_PER_RECIPIENT_AND_DAY: '1000000',
    SECURITY_MAILS_PER_RECIPIENT_AND_DAY: '1000000',
  },
}

/**
 * Starts the whole hospital for tests and stories. `web` also builds and serves the UI. A `dataDir` that is given stays
 * when the hospital stops, and is found again by the next one that is as big.
 *
 * ```ts
 * const stack = await startStack({ appointments: 2_000 })
 * const admin = await demoClient(stack.url, 'admin')
 * await stack.stop()
 * ```
 */
export async function startStack(
  options: { appointments?: number; web?: boolean; dataDir?: string } & Pick<
    StackOptions,
    'adjust' | 'startMongo' | 'startNats'
  > = {},
): Promise<TestStack> {
  const { appointments = 2_000, web = false, dataDir: given, ...others } = options
  const dataDir = given ?? (await mkdtemp(join(tmpdir(), 'rounds-stack-')))
  const free = await freePorts(portNames.length)
  const ports = Object.fromEntries(portNames.map((name, index) => [name, free[index]])) as unknown as Ports
  const told: string[] = []
  const adjust: StackOptions['adjust'] = (service, usual) => {
    const environment = { ...usual, ...withoutLimits[service] }
    return others.adjust?.(service, environment) ?? environment
  }
  const stack = await openStack({
    ...others,
    adjust,
    dataDir,
    ports,
    web,
    appointments,
    usualAppointments: appointments,
    zone: 'Asia/Kolkata',
    logLevel: 'info',
    step: (_what, run) => run(),
    tell: (line) => void told.push(line),
  })
  return {
    ...stack,
    dataDir,
    ports,
    logins,
    told,
    kill: (service) => stack.services[service].kill(),
    restarts: (service) => stack.services[service].restarts(),
    stop: async () => {
      await stack.stop()
      if (given === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
