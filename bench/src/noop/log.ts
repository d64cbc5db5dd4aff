import type { Log } from '@rounds/kernel'

/** Warnings and worse on the error output: the other one belongs to the answers. */
export const errorOutput: Log = {
  debug: () => {},
  info: () => {},
  warn: (fields, message) => console.error(message, fields),
  error: (fields, message) => console.error(message, fields),
}

/** Milliseconds since the epoch, with fractions, alike in all processes of a machine. */
export const nowMs = () => performance.timeOrigin + performance.now()

/** Where a process of the no-op job finds its servers. */
export interface Servers {
  readonly mongoUrl: string
  readonly natsUrl: string
  readonly natsPassword: string
}
