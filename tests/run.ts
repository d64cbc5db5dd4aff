import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findChromium } from './chromium.ts'

// Milliseconds first, minutes last: what is plainly broken shows soonest.
const rounds = [['unit', 'int'], ['e2e'], ['browser']]
const projects = rounds.flat()

const root = fileURLToPath(new URL('..', import.meta.url))
const args = process.argv.slice(2)
const wanted = args.some((arg) => projects.includes(arg))
  ? args.filter((arg) => projects.includes(arg))
  : projects
const rest = args.filter((arg) => !projects.includes(arg))

interface Counts {
  passed: number
  failed: number
  skipped: number
}
const sum: Counts = { passed: 0, failed: 0, skipped: 0 }
const notes: string[] = []
let isWell = true

for (const round of rounds) {
  const chosen = round.filter((project) => wanted.includes(project))
  if (chosen.length === 0) continue
  if (chosen.includes('browser') && !findChromium(process.env)) {
    sum.skipped += await listed('browser')
    notes.push('Browser tests were skipped: there is no Chromium on PATH, and CHROMIUM_PATH names none.')
    continue
  }
  await run(chosen)
}

console.log('')
for (const note of notes) console.log(note)
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`)
process.exitCode = isWell && sum.failed === 0 ? 0 : 1

async function run(chosen: readonly string[]) {
  const dir = await mkdtemp(join(tmpdir(), 'rounds-tests-'))
  const file = join(dir, 'results.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const code = await vitest(
    ['run', ...projectFlags(chosen), ...reporters, '--passWithNoTests', ...rest],
    'inherit',
  )
  if (code !== 0) isWell = false
  const results = await readFile(file, 'utf8').then(JSON.parse, () => undefined)
  await rm(dir, { recursive: true, force: true })
  if (!results) return notes.push(`${chosen.join(' and ')}: vitest ended without results.`)
  sum.passed += results.numPassedTests
  sum.failed += results.numFailedTests + failedFiles(results)
  sum.skipped += results.numPendingTests + results.numTodoTests
}

/** Files that failed as a whole, on import or in a hook, and have no failed test to show for it. */
function failedFiles({
  testResults,
}: {
  testResults: Array<{ status: string; assertionResults: Array<{ status: string }> }>
}) {
  return testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  ).length
}

/** How many tests there would have been. */
async function listed(project: string): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'rounds-tests-'))
  const file = join(dir, 'list.json')
  await vitest(['list', ...projectFlags([project]), `--json=${file}`, ...rest], 'ignore')
  const tests = await readFile(file, 'utf8').then(JSON.parse, () => [])
  await rm(dir, { recursive: true, force: true })
  return tests.length
}

function projectFlags(chosen: readonly string[]) {
  return chosen.flatMap((project) => ['--project', project])
}

async function vitest(flags: readonly string[], output: 'inherit' | 'ignore'): Promise<number> {
  const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...flags], {
    cwd: root,
    stdio: ['ignore', output, output],
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal))
  const [code] = (await once(child, 'close')) as [number | null]
  return code ?? 1
}
