/** What this library says to operators. Any logger of the usual shape fits. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** For whoever has nobody to tell. */
export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** An unknown error by class and code. Never its message: that may quote the data it choked on. */
export function nameOfError(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' || typeof code === 'number' ? `${error.name} ${code}` : error.name
}
