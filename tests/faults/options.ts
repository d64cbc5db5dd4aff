import { parseArgs } from 'node:util'
import type { Profile } from './world.ts'

export interface Options {
  /** Names of rows; none means all. */
  readonly rows: readonly string[]
  readonly seed: number
  readonly profile: Profile
  readonly json: boolean
  readonly help: boolean
  /** Only makes docs/reliability.md of the results that are there. */
  readonly page: boolean
}

export const usage = `npm run faults [-- row … options]     break things, and see what is lost

  --seed S             the same faults in the same order again; printed when it is not given
  --profile short      a minute or less a row; the long one is the usual
  --json               one line per row on stdout, for machines; a row that this machine cannot run has ok null
  --page               run nothing, make docs/reliability.md of the last results
  --help               this`

/** Reads the arguments after `npm run faults --`. Throws a sentence for the person who typed them. */
export function readOptions(args: readonly string[], known: readonly string[], anySeed: number): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: String(anySeed) },
      profile: { type: 'string', default: 'long' },
      json: { type: 'boolean', default: false },
      page: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { profile, json, page, help } = values
  const seed = Number(values.seed)
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError('--seed wants a whole number')
  if (profile !== 'short' && profile !== 'long') throw new RangeError('--profile is short or long')
  const strange = positionals.filter((name) => !known.includes(name))
  if (strange.length > 0)
    throw new RangeError(`no such row: ${strange.join(', ')}. There are ${known.join(', ')}`)
  return { rows: positionals, seed, profile, json, page, help }
}
