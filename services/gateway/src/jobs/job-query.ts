import { reportCatalogue } from '@rounds/contracts'
import type { Fault } from '../http/index.ts'
import type { JobFilter } from './job-store.ts'

const states = ['queued', 'running', 'retrying', 'done', 'failed', 'cancelled', 'expired']
const reports = reportCatalogue.map(({ report }) => report)
const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 24 * 3_600_000 }

/**
 * Reads `state:failed report:appointments since:2h`. Words are joined by "and", the same field twice by "or". A word
 * that is no filter is refused: left out in silence, it would show more than was asked for.
 */
export function filterOf(
  q: string,
  now: Date,
): { readonly filter: JobFilter } | { readonly faults: readonly Fault[] } {
  const said = new Map<string, string[]>()
  const faults: Fault[] = []
  for (const word of q.split(/\s+/).filter(Boolean)) {
    const [field, value] = splitAt(word)
    const fault = faultIn(word, field, value)
    if (fault) faults.push({ pointer: '/query/q', detail: fault })
    else said.set(field, [...(said.get(field) ?? []), value])
  }
  if (faults.length > 0) return { faults }
  const fields = { state: 'states', report: 'reports', kind: 'kinds', by: 'by' } as const
  const lists = Object.entries(fields).flatMap(([field, name]) =>
    said.has(field) ? [[name, said.get(field)]] : [],
  )
  const since = said.get('since')?.at(-1)
  return {
    filter: {
      ...Object.fromEntries(lists),
      ...(since ? { since: new Date(now.getTime() - msOf(since)) } : {}),
    },
  }
}

function splitAt(word: string): [field: string, value: string] {
  const colon = word.indexOf(':')
  return colon < 0 ? ['', word] : [word.slice(0, colon), word.slice(colon + 1)]
}

function faultIn(word: string, field: string, value: string): string | undefined {
  const among = (known: readonly string[]) =>
    known.includes(value) ? undefined : `${field}: is one of ${known.join(', ')}`
  switch (field) {
    case 'state':
      return among(states)
    case 'report':
      return among(reports)
    case 'kind':
      return among(['report'])
    case 'by':
      return /^[A-Za-z0-9_-]{1,64}$/.test(value) ? undefined : 'by: is the identifier of a person'
    case 'since':
      return /^[1-9]\d{0,3}[mhd]$/.test(value)
        ? undefined
        : 'since: is a time back from now, such as 30m, 2h or 3d'
    default:
      return `"${word}" is not a filter; there are state:, report:, kind:, by: and since:`
  }
}

const msOf = (span: string) => Number(span.slice(0, -1)) * (unitMs[span.slice(-1)] ?? 0)
