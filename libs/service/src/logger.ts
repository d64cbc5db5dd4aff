import { writeSync } from 'node:fs'
import { errorFacts, type Log, type LogFields, logFields } from '@rounds/kernel'
import { type DestinationStream, pino } from 'pino'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

const allowed: ReadonlySet<string> = new Set(logFields)

/**
 * Writes one JSON line per call to standard output. A field that is not on the list above is dropped, and its name (only
 * that) is put under `dropped`, so that whoever misses it knows where to look. `error` is described by `errorFacts`.
 */
export function logger(
  service: string,
  level: LogLevel = 'info',
  destination: DestinationStream = stdout,
): Log {
  const options = { level, base: { service }, timestamp: () => `,"time":"${new Date().toISOString()}"` }
  const lines = pino(options, destination)
  return {
    debug: (fields, message) => lines.debug(fitting(fields), message),
    info: (fields, message) => lines.info(fitting(fields), message),
    warn: (fields, message) => lines.warn(fitting(fields), message),
    error: (fields, message) => lines.error(fitting(fields), message),
  }
}

/**
 * Straight to the descriptor, line by line. The flush at exit of pino's own destination tries again for ever on EPIPE
 * (read in sonic-boom's source, after processes were seen that waited there and never ended).
 */
const stdout: DestinationStream = {
  write(line) {
    try {
      writeSync(1, line)
    } catch {
      // Nobody reads, so there is nobody to tell.
    }
  },
}

function fitting(fields: LogFields) {
  const kept: Record<string, unknown> = {}
  const dropped: string[] = []
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    if (name === 'error') kept.error = errorFacts(value)
    else if (allowed.has(name) && isPlain(value)) kept[name] = withoutCredentials(value)
    else dropped.push(name)
  }
  return dropped.length > 0 ? { ...kept, dropped } : kept
}

// An object could hold anybody.
const isPlain = (value: unknown): boolean =>
  ['string', 'number', 'boolean', 'bigint'].includes(typeof value) ||
  value === null ||
  value instanceof Date ||
  (Array.isArray(value) && value.every((one) => typeof one !== 'object'))

const withoutCredentials = (value: unknown) =>
  typeof value === 'string' ? value.replace(/\/\/[^/@\s]*@/, '//').slice(0, 500) : value
