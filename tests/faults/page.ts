import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { keptParts } from '../fuzz/kept.ts'
import { reliabilityPage } from './reliability-page.ts'
import { keptResults } from './results.ts'
import { rows } from './rows.ts'

const pageFile = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url))
const anomaliesFile = fileURLToPath(new URL('anomalies.md', import.meta.url))

/** Makes docs/reliability.md of the results that are kept, of rows and of fuzz. */
export async function makePage(): Promise<void> {
  const anomalies = await readFile(anomaliesFile, 'utf8')
  const page = reliabilityPage({ rows, results: await keptResults(), fuzzed: await keptParts(), anomalies })
  await writeFile(pageFile, page)
}
