/** What may be said of an error anywhere: its class, code and place, and its message only where that cannot quote data. */
export interface ErrorFacts {
  readonly name: string
  readonly code?: string | number
  readonly message?: string
  readonly at?: readonly string[]
  readonly cause?: ErrorFacts
}

/**
 * Describes an error without its message, unless the message is ours or the system's: a duplicate key quotes the key, a
 * JSON parser quotes the text, a mail server quotes the address. The stack's frames name our files, and are kept.
 */
export function errorFacts(error: unknown, depth = 3): ErrorFacts {
  if (!(error instanceof Error)) return { name: isClassName(error) ? error : `a thrown ${typeof error}` }
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  return {
    name: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(isSafe(error, code) ? { message: error.message } : {}),
    at: framesOf(error),
    ...(cause !== undefined && depth > 1 ? { cause: errorFacts(cause, depth - 1) } : {}),
  }
}

const isClassName = (error: unknown): error is string => typeof error === 'string' && /^\w*Error$/.test(error)

const spokenByUs = new Set(['OperatorError', 'ConfigError', 'LostClaimError'])

function isSafe(error: Error, code: unknown) {
  // The engine's own complaints name code, never data; Node's, which have a code, quote what they received.
  const isEngine = (error instanceof TypeError || error instanceof ReferenceError) && code === undefined
  return isEngine || spokenByUs.has(error.name) || 'syscall' in error
}

// Behind the message only: one of several lines may look like a frame.
const framesOf = ({ stack = '', message }: Error) =>
  stack
    .slice(Math.max(0, stack.indexOf(message)) + message.length)
    .split('\n')
    .filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
    .map((line) => line.trim().slice(3))
    .slice(0, 8)

/** An unknown error by class and code. Never its message: that may quote the data it choked on. */
export function nameOfError(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' || typeof code === 'number' ? `${error.name} ${code}` : error.name
}
