import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { reliabilityPage } from './reliability-page.ts'
import { keptResults } from './results.ts'
import { rows } from './rows.ts'

const pageFile = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url))
const anomaliesFile = fileURLToPath(new URL('anomalies.md', import.meta.url))

/** Makes docs/reliability.md of the results that are kept. */
export async function makePage(): Promise<void> {
  const anomalies = await readFile(anomaliesFile, 'utf8')
  await writeFile(pageFile, reliabilityPage(rows, await keptResults(), anomalies))
}
