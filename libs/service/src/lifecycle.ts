import { type Component, errorFacts, type Log } from '@rounds/kernel'

/** The process, as far as its life is concerned; a test puts a plain object here. */
export interface Host {
  on(event: string, listener: (what: unknown) => void): unknown
  off(event: string, listener: (what: unknown) => void): unknown
  exit(code: number): void
  readonly stderr: { write(text: string): unknown }
}

/**
 * Runs a whole `main.ts`, so that a fault on the way to `runUntilStopped` (a wrong configuration, above all) ends the
 * process with one readable line and a non-zero code.
 */
export async function program(main: () => Promise<void>, host: Host = process): Promise<void> {
  try {
    await main()
  } catch (fault) {
    host.stderr.write(`${lastWords(fault)}\n`)
    host.exit(1)
  }
}

/**
 * The life of a process: starts the components in order, waits for SIGTERM, SIGINT or a fault nobody caught, stops what
 * was started in the opposite order (also when starting failed half-way), and exits: 0 after a signal, 1 after a
 * fault. A second signal exits at once.
 */
export async function runUntilStopped(
  components: readonly Component[],
  { log, host = process, stopWithinMs = 45_000 }: { log: Log; host?: Host; stopWithinMs?: number },
): Promise<void> {
  const asked = Promise.withResolvers<Reason>()
  let isAsked = false
  const ask = (reason: Reason) => {
    isAsked = true
    asked.resolve(reason)
  }
  const onSignal = (signal: unknown) => {
    if (isAsked) return host.exit(130)
    log.info({ signal }, 'asked to stop')
    ask({ kind: 'signal' })
  }
  const onFault = (fault: unknown) => {
    tell(fault, 'a fault nobody caught', log, host)
    ask({ kind: 'fault', fault, isTold: true })
  }
  const listeners = [
    ['SIGTERM', onSignal],
    ['SIGINT', onSignal],
    ['uncaughtException', onFault],
    ['unhandledRejection', onFault],
  ] as const
  for (const [event, listener] of listeners) host.on(event, listener)

  const begun: Component[] = []
  const reason = await Promise.race([asked.promise, startAll(components, begun, () => isAsked, log)])
  isAsked = true
  if (reason.kind === 'fault' && !reason.isTold) tell(reason.fault, 'could not start', log, host)

  const stopped = await within(stopWithinMs, stopAll(begun, log))
  if (!stopped) log.error({ ms: stopWithinMs }, 'not everything stopped in time; leaving it')
  for (const [event, listener] of listeners) host.off(event, listener)
  const exitCode = reason.kind === 'signal' && stopped ? 0 : 1
  log.info({ exitCode }, 'stopped')
  host.exit(exitCode)
}

type Reason = { kind: 'signal' } | { kind: 'fault'; fault: unknown; isTold?: boolean }

/** Comes back only with a fault: after a good start, nothing but a signal or a fault ends the process. */
async function startAll(
  components: readonly Component[],
  begun: Component[],
  isAsked: () => boolean,
  log: Log,
): Promise<Reason> {
  try {
    for (const component of components) {
      if (isAsked()) break
      // Noted before it starts: a start that fails half-way has something to stop as well.
      begun.push(component)
      await component.start()
      log.debug({ component: component.name }, 'started')
    }
    if (!isAsked()) log.info({ count: components.length }, 'ready')
    return await new Promise<never>(() => {})
  } catch (fault) {
    return { kind: 'fault', fault }
  }
}

async function stopAll(begun: readonly Component[], log: Log) {
  for (const component of begun.toReversed()) {
    try {
      await component.stop()
      log.debug({ component: component.name }, 'stopped')
    } catch (error) {
      log.error({ component: component.name, error }, 'did not stop well')
    }
  }
}

function tell(fault: unknown, what: string, log: Log, host: Host) {
  if (isForOperator(fault)) host.stderr.write(`${lastWords(fault)}\n`)
  else log.error({ error: fault }, what)
}

/** For the operator their one sentence; for everybody else where it happened, and no data. */
function lastWords(fault: unknown): string {
  if (isForOperator(fault)) return fault.message.replaceAll(/\s+/g, ' ')
  const { name, code, message, at = [] } = errorFacts(fault)
  return [
    [name, code, message].filter((part) => part !== undefined).join(' '),
    ...at.map((frame) => `    at ${frame}`),
  ].join('\n')
}

const isForOperator = (fault: unknown): fault is Error =>
  fault instanceof Error && (fault.name === 'OperatorError' || fault.name === 'ConfigError')

async function within(ms: number, work: Promise<void>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), ms)
  const answer = await Promise.race([work.then(() => true), late.promise])
  clearTimeout(timer)
  return answer
}
