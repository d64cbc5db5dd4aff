import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** The given directory, made if need be, or a temporary one that `forget` removes. */
export async function dataDir(name: string, given?: string) {
  const path = given ? resolve(given) : await mkdtemp(join(tmpdir(), `rounds-${name}-`))
  await mkdir(path, { recursive: true })
  return {
    path,
    forget: () => (given ? Promise.resolve() : rm(path, { recursive: true, force: true, maxRetries: 5 })),
  }
}
