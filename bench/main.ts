import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { benches } from './src/benches/all.ts'
import { openGround } from './src/ground.ts'
import { readOptions, usage } from './src/options.ts'
import { performanceDocument } from './src/performance-document.ts'
import { readResults, resultsDir, writeResult } from './src/results.ts'
import { jsonLine, table } from './src/table.ts'

const options = readOptions(
  process.argv.slice(2),
  benches.map(({ name }) => name),
)
if (options.help) {
  console.log(usage(benches.map(({ name }) => name)))
  process.exit(0)
}

const tell = (line: string) => console.error(line)
const ground = await openGround({ ...options, tell, environment: process.env })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void ground.close().finally(() => process.exit(1)))
}
try {
  for (const bench of benches.filter(({ name }) => options.names.includes(name))) {
    tell(`\n${bench.name}: ${bench.about}`)
    const rows = await bench.run(ground)
    console.log(options.json ? rows.map(jsonLine).join('\n') : `\n${table(rows)}\n`)
    // Small sizes are for trying the bench out; they say nothing about anyone.
    if (!options.quick)
      await writeResult({ bench: bench.name, at: new Date(), machine: ground.machine, rows })
  }
  if (!options.quick) {
    const file = join(import.meta.dirname, '../docs/performance.md')
    await writeFile(file, performanceDocument(benches, await readResults(resultsDir)))
    tell('docs/performance.md is written.')
  }
} finally {
  await ground.close()
}
process.exit(0)
