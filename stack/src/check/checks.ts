import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { composeNames, composeVariables } from '../generate/compose-variables.ts'
import { outdated } from '../generate/documents.ts'
import { releaseFaults } from '../generate/release-faults.ts'
import { root } from '../stack.ts'
import { type Lockfile, lockfileFaults, type Manifest } from './lockfile.ts'
import { runTool, type ToolRun } from './run-tool.ts'

/** How a check went: what to say when all is well, or what is wrong. */
export type Result = { readonly well: string } | { readonly wrong: string }

export interface Check {
  readonly name: string
  run(): Promise<Result>
}

export const checks: readonly Check[] = [
  { name: 'types', run: async () => verdict(await runTool('typescript/bin/tsc', '-p', '.')) },
  {
    name: 'style',
    run: async () =>
      verdict(
        await runTool('@biomejs/biome/bin/biome', 'ci', '--colors=off', '--diagnostic-level=warn', '.'),
      ),
  },
  { name: 'walls', run: walls },
  { name: 'nothing lies around', run: async () => verdict(await runTool('knip/bin/knip.js')) },
  { name: 'generated files', run: generatedFiles },
  { name: 'released schemas', run: async () => none(await releaseFaults(root)) },
  { name: 'compose variables', run: composeFile },
  { name: 'lockfile', run: lockfile },
]

const none = (faults: readonly string[], well = ''): Result =>
  faults.length > 0 ? { wrong: faults.join('\n') } : { well }

const verdict = ({ code, said }: ToolRun): Result => (code === 0 ? { well: '' } : { wrong: said })

interface Cruise {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: ReadonlyArray<{
      readonly from: string
      readonly to: string
      readonly rule: { readonly name: string }
    }>
  }
}

async function walls(): Promise<Result> {
  const rooms = ['bench', 'libs', 'services', 'stack', 'tests', 'web']
  const run = await runTool(
    'dependency-cruiser/bin/dependency-cruiser.mjs',
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'json',
    ...rooms,
  )
  if (!run.stdout.startsWith('{')) return { wrong: run.said }
  const { totalCruised, violations } = (JSON.parse(run.stdout) as Cruise).summary
  // Without a parser it can use, it sees nothing, calls that clean and exits 0.
  if (totalCruised === 0) return { wrong: 'dependency-cruiser saw no module at all' }
  return none(
    violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`),
    `${totalCruised} modules`,
  )
}

async function generatedFiles(): Promise<Result> {
  const files = await outdated(root)
  return none(files.map(({ path }) => `${path} is not what \`npm run generate\` writes`))
}

async function composeFile(): Promise<Result> {
  const named = composeNames(await readFile(join(root, 'docker-compose.yml'), 'utf8'))
  const described = new Set(Object.keys(composeVariables))
  return none([
    ...[...named.difference(described)].map((name) => `${name} is described nowhere`),
    ...[...described.difference(named)].map((name) => `${name} is described, and not used`),
  ])
}

async function lockfile(): Promise<Result> {
  const lock = await json<Lockfile>('package-lock.json')
  const workspaces = Object.keys(lock.packages).filter((path) => !path.includes('node_modules/'))
  const manifests = await Promise.all(
    workspaces.map(async (path) => [path, await json<Manifest>(join(path, 'package.json'))] as const),
  )
  return none(lockfileFaults(lock, new Map(manifests)))
}

async function json<Content>(path: string): Promise<Content> {
  return JSON.parse(await readFile(join(root, path), 'utf8'))
}
