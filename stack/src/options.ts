import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface Options {
  /** Take the tour, print one JSON line per step, stop. */
  readonly once: boolean
  /** Forget the data first. */
  readonly fresh: boolean
  readonly help: boolean
  /** How many appointments the hospital has; without it, what is there stays, and a first start makes the usual number. */
  readonly appointments?: number
}

export const usualAppointments = 200_000
const mostAppointments = 5_000_000

export const usage = `npm start [-- options]     the whole hospital on this machine

  --once             take the tour, print one JSON line per step on stdout, stop
  --fresh            forget the data of earlier starts first
  --appointments N   seed N appointments (usually ${usualAppointments}); other data than that is forgotten
  --help             this

Ports and the like are environment variables: docs/configuration.md, "stack".`

/** Reads the arguments after `npm start --`. Throws a sentence for the person who typed them. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      appointments: { type: 'string' },
    },
  })
  const { appointments, ...flags } = values
  return appointments === undefined ? flags : { ...flags, appointments: count(appointments) }
}

function count(text: string): number {
  const appointments = Number(text.replaceAll(/[_,]/g, ''))
  if (!Number.isSafeInteger(appointments) || appointments < 1 || appointments > mostAppointments) {
    throw new RangeError(`--appointments wants a whole number from 1 to ${mostAppointments}`)
  }
  return appointments
}
