import { parseArgs } from 'node:util'

export interface RestoredOptions {
  /** What was accepted before this moment is ended. */
  readonly before: Date
  readonly as: 'done' | 'in doubt'
  readonly dryRun: boolean
}

export const usage = `npm run restored -- --before T --as done|uncertain [--dry-run]

After MongoDB was restored from a backup, and before any service starts again: ends every mail and chat message that was
accepted before T and has no end in the backup, so that none of them is sent a second time.

  --before T       an instant with its zone, such as 2026-11-30T18:00:00Z: when the old database stopped taking writes
  --as done        they count as sent
  --as uncertain   they are listed as in doubt, and people decide about each
  --dry-run        only counts them

Needs MONGO_URL as a user who may write all collections.`

/** Reads the arguments; nothing where help is wanted. Throws a sentence for the person who typed them. */
export function readRestoredOptions(args: readonly string[], now: Date): RestoredOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      before: { type: 'string' },
      as: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { before: given = '', as, help } = values
  if (help || args.length === 0) return undefined
  const before = new Date(given)
  if (!/T.*(Z|[+-]\d\d:\d\d)$/.test(given) || Number.isNaN(before.getTime()))
    throw new RangeError('--before wants an instant with its zone, such as 2026-11-30T18:00:00Z')
  if (before > now) throw new RangeError('--before lies in the future: mails of tomorrow would never be sent')
  if (as !== 'done' && as !== 'uncertain') throw new RangeError('--as is done or uncertain')
  return { before, as: as === 'done' ? 'done' : 'in doubt', dryRun: values['dry-run'] }
}
