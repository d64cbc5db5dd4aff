import type { Chance } from '@rounds/stack'
import type { Operation } from './operations.ts'
import type { Meaningful } from './schema-values.ts'

/** So many of what came later are kept of each kind: the latest are the least worn. */
const mostLater = 60

/** What `{id}` is, by the part of the path before it. */
const kindsOf: Readonly<Record<string, string>> = {
  campaigns: 'campaignId',
  deliveries: 'deliveryId',
  'dead-letters': 'deadLetterId',
  jobs: 'jobId',
  mails: 'mailId',
  replays: 'runId',
  reports: 'jobId',
  tasks: 'jobId',
}

/** What is known of the hospital, and grows by what it answers. */
export function growing(first: Meaningful) {
  const later = new Map<string, unknown[]>()
  return {
    /** What a request of this operation may name. */
    for({ name: operation, path }: Pick<Operation, 'name' | 'path'>, chance: Chance): Meaningful {
      const all: Record<string, readonly unknown[]> = { ...first }
      for (const [name, values] of later) all[name] = [...(first[name] ?? []), ...values]
      const [, before = ''] = /\/([\w-]+)\/\{id\}/.exec(path) ?? []
      const own = first[`id for ${operation}`]
      const kind = kindsOf[before]
      if (kind === undefined) return all
      return { ...all, id: own && !chance.oneIn(4) ? own : (all[kind] ?? []) }
    },

    /** Takes note of the identifiers in what was answered to whoever made something. */
    add(body: Buffer): void {
      for (const [name, value] of Object.entries(objectIn(body))) {
        if (!name.endsWith('Id') || typeof value !== 'string') continue
        const values = later.get(name) ?? []
        later.set(name, [...values.slice(1 - mostLater), value])
      }
    },
  }
}

function objectIn(body: Buffer): object {
  try {
    const value: unknown = JSON.parse(body.toString())
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
