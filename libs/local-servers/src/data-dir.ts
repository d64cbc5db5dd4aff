import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** A place for a server's data. `forget` removes it where it was only lent. */
export interface DataDir {
  readonly path: string
  forget(): Promise<void>
}

/** Hands `start` the given directory, made if need be, or a temporary one, which goes again if `start` fails. */
export async function inDataDir<Server>(
  name: string,
  given: string | undefined,
  start: (dir: DataDir) => Promise<Server>,
): Promise<Server> {
  const path = given ? resolve(given) : await mkdtemp(join(tmpdir(), `rounds-${name}-`))
  const forget = async () => {
    if (!given) await rm(path, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    await mkdir(path, { recursive: true })
    return await start({ path, forget })
  } catch (fault) {
    await forget()
    throw fault
  }
}
