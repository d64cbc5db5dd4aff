import { parseArgs } from 'node:util'

/** How much each bench does. */
export interface Sizes {
  /** Timed runs of each variant, after one that is not counted. */
  readonly runs: number
  /** Appointments in the hospital that is exported. */
  readonly rows: number
  /** Appointments of the bigger one, which shows whether memory grows with the file. */
  readonly manyRows: number
  /** As fast as it goes, for so long. */
  readonly seconds: number
  /** At a steady rate, for so long. */
  readonly steadySeconds: number
  readonly jobs: number
  /** Jobs that wait for another day while others are done. */
  readonly waiting: number
  readonly mails: number
  /** Mails of the campaign beside which single ones are sent. */
  readonly manyMails: number
}

export interface Options extends Sizes {
  readonly names: readonly string[]
  readonly json: boolean
  readonly quick: boolean
  readonly large: boolean
  readonly help: boolean
}

const full: Sizes = {
  runs: 5,
  rows: 1_000_000,
  manyRows: 5_000_000,
  seconds: 6,
  steadySeconds: 10,
  jobs: 10_000,
  waiting: 1_000_000,
  mails: 5_000,
  manyMails: 50_000,
}

const small: Sizes = {
  runs: 2,
  rows: 20_000,
  manyRows: 60_000,
  seconds: 1,
  steadySeconds: 2,
  jobs: 500,
  waiting: 5_000,
  mails: 600,
  manyMails: 5_000,
}

export const usage = (names: readonly string[]) => `npm run bench [-- name … options]

  names      ${names.join(', ')}; all of them unless some are named
  --json     one JSON line per result instead of a table
  --large    csv with ${full.manyRows.toLocaleString('en')} rows; what it brought with fewer stays
  --runs N   timed runs of each variant (usually ${full.runs})
  --quick    small sizes, to see that it works; nothing is written down
  --help     this`

/** Reads the arguments after `npm run bench --`. Throws a sentence for the person who typed them. */
export function readOptions(args: readonly string[], known: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      large: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      runs: { type: 'string' },
    },
  })
  const { runs, ...flags } = values
  const strange = positionals.filter((name) => !known.includes(name))
  if (strange.length > 0)
    throw new RangeError(`there is no bench called ${strange.join(', ')}; there are ${known.join(', ')}`)
  const sizes = flags.quick ? small : full
  const names = positionals.length > 0 ? positionals : known
  return { ...sizes, ...flags, names, runs: runs === undefined ? sizes.runs : count(runs) }
}

function count(text: string): number {
  const runs = Number(text)
  if (!Number.isSafeInteger(runs) || runs < 1) throw new RangeError('--runs wants a whole number, 1 or more')
  return runs
}
