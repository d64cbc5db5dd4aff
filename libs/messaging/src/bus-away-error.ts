/** The broker is away, or in trouble of its own: nothing that starting this process again would mend. */
export class BusAwayError extends Error {
  override readonly name = 'BusAwayError'
  readonly code = 'BUS_AWAY'
}
