import { parseArgs } from 'node:util'

export const allParts = ['http', 'events', 'csv'] as const
export type Part = (typeof allParts)[number]

/** Requests, and events for each consumer, that a run has to send to prove what it is meant to. */
export const fullSize = 50_000

/** `[http|events|csv …] [--seed S] [--requests N] [--json]`; throws at anything else. */
export function optionsFrom(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      requests: { type: 'string', default: String(fullSize) },
      json: { type: 'boolean', default: false },
    },
  })
  for (const name of positionals)
    if (!isPart(name)) throw new TypeError(`there is no part ${name}: ${allParts.join(', ')}`)
  return {
    parts: positionals.length > 0 ? positionals.filter(isPart) : allParts,
    /** Whether somebody asked for just these: then one that cannot run is no success. */
    isChosen: positionals.length > 0,
    seed: whole('--seed', values.seed),
    requests: whole('--requests', values.requests),
    json: values.json,
  }
}

const isPart = (name: string): name is Part => allParts.some((part) => part === name)

function whole(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new TypeError(`${name} takes a whole number`)
  return Number(text)
}
