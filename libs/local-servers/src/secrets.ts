import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * One password per name, made at the first start and kept beside the data (mode 0600), so that a second start on the
 * same directory knows them again. `given` ones win.
 */
export async function secretsIn(
  dir: string,
  names: readonly string[],
  given: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const path = join(dir, 'secrets.json')
  const known: Record<string, string> = { ...(await read(path)), ...given }
  for (const name of names) known[name] ??= newPassword()
  await writeFile(`${path}.new`, JSON.stringify(known), { mode: 0o600 })
  await rename(`${path}.new`, path)
  return known
}

// Begins with a letter: nats-server would take a password of digits only for a number.
export const newPassword = () => `p${randomBytes(18).toString('hex')}`

async function read(path: string): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return {}
  }
}
