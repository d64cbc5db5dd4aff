import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type ApiClient, demoClient, download, startStack } from '@rounds/stack'

/** A generator of clients. */
interface Generator {
  readonly name: string
  /** Makes a client of the document and checks what can be checked without a server. */
  make(document: string, dir: string): Promise<void>
  /** Runs a program that asks for a report with that client and saves the file. */
  use(dir: string, file: string, environment: Record<string, string>): Promise<string>
}

/** What the programs in `python` and `typescript` print. */
interface Told {
  readonly jobId: string
  readonly listed: string
  readonly rows: number
  readonly refused: string
}

// `npm run clients [-- <name> …]`: see the README beside this file.
const here = fileURLToPath(new URL('.', import.meta.url))
const home = fileURLToPath(new URL('../../.cache/clients', import.meta.url))
const venv = join(home, 'venv')
const typescript = join(home, 'typescript')
// The Node that runs this, and the Python packages below, whatever else is on the path.
const path = `${dirname(process.execPath)}:${join(venv, 'bin')}:${process.env.PATH}`

const generators: readonly Generator[] = [
  {
    name: 'openapi-generator',
    async make(document, dir) {
      await run('java', ['-version']).catch(() => {
        throw new Error('there is no Java on the path; 11 or newer does (Debian: default-jre-headless)')
      })
      const without = 'apiDocs=false,modelDocs=false,apiTests=false,modelTests=false'
      const args = [
        'generate',
        '-g',
        'python',
        '--package-name',
        'rounds_client',
        '--global-property',
        without,
      ]
      await run('openapi-generator-cli', [...args, '-i', document, '-o', dir])
    },
    use: (dir, file, environment) => python(dir, 'with_openapi_generator.py', file, environment),
  },
  {
    name: 'openapi-python-client',
    async make(document, dir) {
      await run('openapi-python-client', ['generate', '--path', document, '--output-path', dir])
    },
    use: (dir, file, environment) => python(dir, 'with_openapi_python_client.py', file, environment),
  },
  {
    name: 'openapi-typescript',
    async make(document, dir) {
      await cp(join(here, 'typescript'), dir, { recursive: true })
      // Below the packages, so that they are found from there.
      await run(join(typescript, 'node_modules/.bin/openapi-typescript'), [
        document,
        '-o',
        join(dir, 'rounds.ts'),
      ])
      await run(join(typescript, 'node_modules/.bin/tsc'), ['-p', dir])
    },
    use: (dir, file, environment) => run(process.execPath, [join(dir, 'main.ts'), file], environment),
  },
]

const named = process.argv.slice(2)
const chosen = generators.filter(({ name }) => named.length === 0 || named.includes(name))
if (chosen.length < named.length)
  throw new Error(`these can be named: ${generators.map(({ name }) => name).join(', ')}`)

await install()
const stack = await startStack()
try {
  const admin = await demoClient(stack.url, 'admin')
  const { secret } = await admin.send<{ secret: string }>('POST', '/v1/tokens', {
    name: 'made clients',
    scopes: ['reports:read', 'reports:write'],
    expiresInDays: 1,
  })
  const document = join(home, 'openapi.json')
  await writeFile(document, await (await admin.raw('/openapi.json')).text())
  const environment = { ROUNDS_URL: stack.url, ROUNDS_TOKEN: secret }
  for (const generator of chosen) {
    const fault = await faultOf(generator, document, admin, environment)
    console.log(`${fault === undefined ? 'ok   ' : 'FAILS'} ${generator.name}${fault ?? ''}`)
    if (fault !== undefined) process.exitCode = 1
  }
} finally {
  await stack.stop()
}

/** What a made client cannot do; nothing when it has the file that its report is. */
async function faultOf(
  { name, make, use }: Generator,
  document: string,
  admin: ApiClient,
  environment: Record<string, string>,
): Promise<string | undefined> {
  const dir = name === 'openapi-typescript' ? join(typescript, 'made') : join(home, name)
  const file = join(home, `${name}.csv`)
  try {
    await rm(dir, { recursive: true, force: true })
    await make(document, dir)
    const told = JSON.parse(await use(dir, file, environment)) as Told
    const { jobId } = told
    const itself = await download(admin, `/v1/reports/${jobId}/file`, join(home, 'itself.csv'))
    const [theirs, ours] = await Promise.all([readFile(file), readFile(itself.file)])
    if (itself.rows === 0 || told.rows !== itself.rows) return `: ${told.rows} rows and not ${itself.rows}`
    if (!theirs.equals(ours)) return `: the file is another one, of ${theirs.byteLength} bytes`
    if (told.listed !== jobId) return ': the latest job is not the one that was asked for'
    return told.refused === 'REPORT_REFUSED' ? undefined : `: a refusal is read as ${told.refused}`
  } catch (error) {
    return `: ${(error as Error).message}`
  }
}

/** The generators' packages: the product's lockfile knows nothing of them. */
async function install(): Promise<void> {
  console.error('Installing the generators (pip, npm).')
  await mkdir(home, { recursive: true })
  await run('python3', ['-m', 'venv', venv])
  const requirements = join(here, 'python/requirements.txt')
  await run(join(venv, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '-r', requirements])
  await cp(join(here, 'typescript'), typescript, { recursive: true })
  await run('npm', ['ci', '--prefix', typescript, '--ignore-scripts', '--no-audit', '--no-fund'])
}

function python(dir: string, program: string, file: string, environment: Record<string, string>) {
  return run(join(venv, 'bin/python'), [join(here, 'python', program), file], {
    ...environment,
    PYTHONPATH: dir,
    PYTHONDONTWRITEBYTECODE: '1',
  })
}

/** Resolves with what it prints. */
async function run(program: string, args: readonly string[], environment: Record<string, string> = {}) {
  const { stdout } = await promisify(execFile)(program, [...args], {
    env: { ...process.env, PATH: path, ...environment },
    timeout: 300_000,
    maxBuffer: 64 * 1_048_576,
  })
  return stdout
}
