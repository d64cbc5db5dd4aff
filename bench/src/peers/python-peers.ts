import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { install, whenChanged } from './install.ts'

export interface PythonPeers {
  /** Where their programs stand. */
  readonly dir: string
  /** Path of a program of theirs, such as `celery`. */
  program(name: 'python' | 'celery' | 'gunicorn'): string
}

/** The Python peers' packages, in an environment of their own. pip may need what the caller's environment says of it. */
export async function pythonPeers(
  root: string,
  cacheDir: string,
  environment: Readonly<Record<string, string | undefined>>,
  tell: (line: string) => void,
): Promise<PythonPeers> {
  const venv = join(cacheDir, 'venv')
  const dir = join(root, 'bench/peers/python')
  const requirements = join(dir, 'requirements.txt')
  await mkdir(venv, { recursive: true })
  await whenChanged(venv, requirements, async () => {
    tell('Installing the Python peers (pip); this happens once.')
    const at = { cwd: cacheDir, environment }
    await install('python3', ['-m', 'venv', venv], at)
    await install(join(venv, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '-r', requirements], at)
  })
  return { dir, program: (name) => join(venv, 'bin', name) }
}
