import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { endWithParent } from '@rounds/local-servers'
import { findChromium } from './chromium.ts'

/**
 * Lanes run side by side: stories mostly wait, for leases and restarts, while tests and a browser compute. Within a lane
 * what is plainly broken shows soonest.
 */
const lanes = [[['unit', 'int'], ['browser']], [['e2e']]]
const projects = lanes.flat(2)

const root = fileURLToPath(new URL('..', import.meta.url))
const args = process.argv.slice(2)
const wanted = args.some((arg) => projects.includes(arg))
  ? args.filter((arg) => projects.includes(arg))
  : projects
const rest = args.filter((arg) => !projects.includes(arg))

/** One file, as vitest's JSON reporter tells of it. */
interface FileResult {
  readonly name: string
  readonly status: string
  readonly message: string
  readonly assertionResults: ReadonlyArray<{
    readonly status: string
    readonly fullName: string
    readonly failureMessages?: readonly string[]
  }>
}

interface Counts {
  passed: number
  failed: number
  skipped: number
}
const sum: Counts = { passed: 0, failed: 0, skipped: 0 }
/** Said at the very end, where it is seen: what failed may be thousands of lines up. */
const notes: string[] = []
let isWell = true

const toRun = lanes
  .map((rounds) => rounds.map((round) => round.filter((project) => wanted.includes(project))))
  .map((rounds) => rounds.filter((round) => round.length > 0))
  .filter((rounds) => rounds.length > 0)
await Promise.all(toRun.map(runInTurn))
// Alone: what else runs would be timed with it.
if (wanted.includes('int')) await run(['int, timed'])

console.log('')
for (const note of notes) console.log(note)
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`)
process.exitCode = isWell && sum.failed === 0 ? 0 : 1

async function runInTurn(rounds: readonly (readonly string[])[]) {
  for (const chosen of rounds) {
    if (chosen.includes('browser') && !findChromium(process.env)) {
      sum.skipped += await listed('browser')
      notes.push('Browser tests were skipped: there is no Chromium on PATH, and CHROMIUM_PATH names none.')
    } else {
      await run(chosen)
    }
  }
}

async function run(chosen: readonly string[]) {
  const dir = await mkdtemp(join(tmpdir(), 'rounds-tests-'))
  const file = join(dir, 'results.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const code = await vitest(
    ['run', ...projectFlags(chosen), ...reporters, '--passWithNoTests', ...rest],
    toRun.length > 1 ? 'by lines' : 'inherit',
  )
  if (code !== 0) isWell = false
  const results = await readFile(file, 'utf8').then(JSON.parse, () => undefined)
  await rm(dir, { recursive: true, force: true })
  if (!results) return notes.push(`${chosen.join(' and ')}: vitest ended without results.`)
  const failures = (results.testResults as readonly FileResult[]).flatMap(failuresIn)
  sum.passed += results.numPassedTests
  sum.failed += failures.length
  sum.skipped += results.numPendingTests + results.numTodoTests
  notes.push(...failures)
}

/** Which tests failed and why; the file itself when it did as a whole, on import or in a hook. */
function failuresIn({ name, status, message, assertionResults }: FileResult): readonly string[] {
  const file = relative(root, name)
  const failed = assertionResults.filter((test) => test.status === 'failed')
  if (failed.length === 0) return status === 'failed' ? [`FAILED ${file}\n${withoutRunner(message)}`] : []
  return failed.map(
    ({ fullName, failureMessages = [] }) =>
      `FAILED ${file}: ${fullName}\n${failureMessages.map(withoutRunner).join('\n')}`,
  )
}

/** The message and the lines of ours in its stack. */
function withoutRunner(text: string): string {
  const isOurs = (line: string) => !/^\s+at .*(node_modules|<anonymous>|node:)/.test(line)
  const lines = text.split('\n').filter(isOurs)
  return lines.map((line) => `  ${line}`).join('\n')
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

/** `by lines`: beside another, whose lines come in between. */
async function vitest(flags: readonly string[], output: 'inherit' | 'by lines' | 'ignore'): Promise<number> {
  const stream = output === 'by lines' ? 'pipe' : output
  const child = endWithParent(
    spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...flags], {
      cwd: root,
      stdio: ['ignore', stream, stream],
    }),
  )
  for (const input of [child.stdout, child.stderr])
    if (input) createInterface({ input }).on('line', (line) => console.log(line))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal))
  const [code] = (await once(child, 'close')) as [number | null]
  return code ?? 1
}
