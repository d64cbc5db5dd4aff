import { performance } from 'node:perf_hooks'
import { checks } from './checks.ts'

const failed: string[] = []
for (const { name, run } of checks) {
  const since = performance.now()
  const result = await run().catch((fault: unknown) => ({ wrong: String(fault) }))
  const seconds = `${((performance.now() - since) / 1_000).toFixed(1)} s`
  if ('well' in result) {
    console.log(`✓ ${name.padEnd(24)} ${seconds.padStart(7)}  ${result.well}`)
  } else {
    failed.push(name)
    console.log(`✗ ${name.padEnd(24)} ${seconds.padStart(7)}\n${result.wrong.replaceAll(/^/gm, '    ')}`)
  }
}
console.log(
  failed.length === 0
    ? `All ${checks.length} checks passed.`
    : `${failed.length} of ${checks.length} checks failed: ${failed.join(', ')}`,
)
process.exitCode = failed.length === 0 ? 0 : 1
