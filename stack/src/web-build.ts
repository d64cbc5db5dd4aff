import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { glob, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { endWithParent } from '@rounds/local-servers'

const sources = ['web/{src,public}/**', 'web/*.{html,ts,json}', 'libs/contracts/src/**', 'package-lock.json']

/** Builds the web UI unless what was built last came from the same sources. Answers where it lies. */
export async function builtWeb(root: string): Promise<string> {
  const dist = join(root, 'web/dist')
  const stamp = join(dist, '.sources')
  const wanted = await hashOf(root)
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return dist
  const vite = endWithParent(
    spawn(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
      cwd: join(root, 'web'),
      // A test runner sets it to `test`, and what it builds is what `npm start` serves next.
      // biome-ignore lint/style/noProcessEnv: the rest is handed on
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
  const said: Buffer[] = []
  vite.stdout.on('data', (chunk: Buffer) => said.push(chunk))
  vite.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  const [code] = await once(vite, 'close')
  if (code !== 0) throw new Error(`the web UI could not be built:\n${Buffer.concat(said)}`)
  await writeFile(stamp, wanted)
  return dist
}

async function hashOf(root: string): Promise<string> {
  const hash = createHash('sha256').update('production\0')
  const files: string[] = []
  for await (const entry of glob(sources, { cwd: root, withFileTypes: true })) {
    if (entry.isFile()) files.push(join(entry.parentPath, entry.name))
  }
  for (const file of files.toSorted()) hash.update(`${file}\0`).update(await readFile(file))
  return hash.digest('hex')
}
