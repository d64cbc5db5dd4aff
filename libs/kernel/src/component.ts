/**
 * A part of a process that is started and stopped: a server, a loop, a connection. Structural on purpose: libraries
 * return such objects without knowing this file. Stopping twice, or without a start, is harmless.
 */
export interface Component {
  readonly name: string
  start(): Promise<void>
  stop(): Promise<void>
}
