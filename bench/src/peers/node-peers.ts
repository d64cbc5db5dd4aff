import { cp, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { install, whenChanged } from './install.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The JavaScript peers, copied to where their packages are: the product's own lockfile knows nothing of them. */
export async function nodePeers(
  root: string,
  cacheDir: string,
  environment: Environment,
  tell: (line: string) => void,
): Promise<string> {
  const home = join(cacheDir, 'node')
  const from = join(root, 'bench/peers/node')
  await mkdir(home, { recursive: true })
  await cp(from, home, { recursive: true, filter: (path) => !path.includes('node_modules') })
  await whenChanged(home, join(from, 'package-lock.json'), async () => {
    tell('Installing the JavaScript peers (npm ci); this happens once.')
    // The Node that runs the bench, whatever else is on the path.
    const path = `${dirname(process.execPath)}:${environment.PATH}`
    await install('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: home,
      environment: { ...environment, PATH: path },
    })
  })
  return home
}
