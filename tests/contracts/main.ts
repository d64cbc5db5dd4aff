import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startStack } from '@rounds/stack'

/** What one of the judges has to say of a document. */
interface Finding {
  readonly document: string
  readonly severity: 'error' | 'warn' | 'info' | 'hint'
  readonly message: string
  readonly pointer: string
}

const run = promisify(execFile)
const judges = fileURLToPath(new URL('judges', import.meta.url))
const home = fileURLToPath(new URL('../../.cache/contracts', import.meta.url))

// Their packages are big and nobody else's business: they live in the cache, and the product's lockfile knows nothing of them.
await mkdir(home, { recursive: true })
await cp(judges, home, { recursive: true })
console.error('Installing the judges (npm ci).')
// The Node that runs this, whatever else is on the path.
const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` }
await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: home, env })

const findings = await judged(await published(['asyncapi.json', 'openapi.json']))
for (const { document, severity, message, pointer } of findings)
  console.log(`${severity.padEnd(5)} ${document}${pointer}  ${message}`)
const errors = findings.filter(({ severity }) => severity === 'error')
console.log(`${errors.length} errors, ${findings.length - errors.length} remarks`)
process.exitCode = errors.length > 0 ? 1 : 0

/** The documents as a gateway gives them out. */
async function published(names: readonly string[]): Promise<readonly string[]> {
  const stack = await startStack()
  try {
    return await Promise.all(
      names.map(async (name) => {
        const answer = await fetch(`${stack.url}/${name}`)
        if (!answer.ok) throw new Error(`/${name} answered ${answer.status}`)
        return answer.text()
      }),
    )
  } finally {
    await stack.stop()
  }
}

async function judged(documents: readonly string[]): Promise<readonly Finding[]> {
  const dir = await mkdtemp(join(tmpdir(), 'rounds-contracts-'))
  try {
    const files = documents.map((_, place) => join(dir, `${place}.json`))
    await Promise.all(documents.map((text, place) => writeFile(files[place] ?? '', text)))
    const { stdout } = await run(process.execPath, [join(home, 'judge.mjs'), ...files], {
      maxBuffer: 64 * 1_048_576,
    })
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Finding)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
