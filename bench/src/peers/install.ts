import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { endWithParent } from '@rounds/local-servers'

type Environment = Readonly<Record<string, string | undefined>>

/** Runs an installer. What it said is shown only when it failed. */
export async function install(
  command: string,
  args: readonly string[],
  { cwd, environment }: { readonly cwd: string; readonly environment: Environment },
): Promise<void> {
  const child = endWithParent(
    spawn(command, [...args], { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] }),
  )
  const said: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${Buffer.concat(said)}`)
}

/** Installs again only when what is wanted has changed; a stamp beside the installation says what was. */
export async function whenChanged(dir: string, wantedFile: string, work: () => Promise<void>): Promise<void> {
  const stamp = join(dir, '.installed')
  const wanted = createHash('sha256')
    .update(await readFile(wantedFile))
    .digest('hex')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return
  await work()
  await writeFile(stamp, wanted)
}
