import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { benches } from './src/benches/all.ts'
import { type Ground, openGround } from './src/ground.ts'
import { type Options, readOptions, usage } from './src/options.ts'
import { performanceDocument } from './src/performance-document.ts'
import { readResults, writeResult } from './src/results.ts'
import { jsonLine, table } from './src/table.ts'

const names = benches.map(({ name }) => name)
const tell = (line: string) => console.error(line)

process.exit(
  await run().catch((fault: unknown) => {
    const isForPeople = fault instanceof Error && /^(Operator|Range|Type)Error$/.test(fault.name)
    console.error(isForPeople ? fault.message : fault)
    return 1
  }),
)

async function run(): Promise<number> {
  const options = readOptions(process.argv.slice(2), names)
  if (options.help) {
    console.log(usage(names))
    return 0
  }
  const ground = await openGround({ ...options, tell, environment: process.env })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void ground.close().finally(() => process.exit(1)))
  }
  try {
    await measure(options, ground)
    return 0
  } finally {
    await ground.close()
  }
}

async function measure({ json, quick, large, names }: Options, ground: Ground): Promise<void> {
  for (const { name, about, run, largeUnits = [] } of benches.filter((bench) => names.includes(bench.name))) {
    tell(`\n${name}: ${about}`)
    const rows = await run(ground)
    // What one bench leaves running must not disturb the next.
    await ground.close()
    console.log(json ? rows.map(jsonLine).join('\n') : `\n${table(rows)}\n`)
    // Small sizes are for trying the bench out; they say nothing about anyone.
    if (quick) continue
    const keep = large ? 'others' : largeUnits
    await writeResult({ bench: name, at: new Date(), machine: ground.machine, rows }, { keep })
    const file = join(import.meta.dirname, '../docs/performance.md')
    await writeFile(file, performanceDocument(benches, await readResults()))
    tell('docs/performance.md is written.')
  }
}
