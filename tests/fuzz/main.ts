import { startStack } from '@rounds/stack'
import { makePage } from '../faults/page.ts'
import type { PartResult } from './findings.ts'
import { fuzzCsv } from './fuzz-csv.ts'
import { fuzzEvents } from './fuzz-events.ts'
import { fuzzHttp } from './fuzz-http.ts'
import { keepPart, keptOf } from './kept.ts'
import { optionsFrom } from './options.ts'
import { exitCodeOf, tell } from './tell.ts'

const { parts, isChosen, seed, requests, json } = optionsFrom(process.argv.slice(2))
const fuzzers = { http: fuzzHttp, events: fuzzEvents, csv: fuzzCsv }
console.error(`fuzz: ${parts.join(', ')}; the same again with --seed ${seed}`)

const results: PartResult[] = []
for (const part of parts) {
  // Each part has a hospital of its own: what one leaves behind must not look like another's finding.
  const stack = await startStack({ appointments: 2_000 })
  try {
    const result = await fuzzers[part](stack, { seed, requests })
    results.push(result)
    for (const line of tell(result, json)) console.log(line)
    if (json && result.notRun !== undefined) for (const line of tell(result, false)) console.error(line)
    const kept = keptOf(result, { seed, requests }, new Date().toISOString().slice(0, 10))
    if (kept) {
      await keepPart(kept)
      await makePage()
    }
  } finally {
    await stack.stop()
  }
}
process.exitCode = exitCodeOf(results, isChosen)
