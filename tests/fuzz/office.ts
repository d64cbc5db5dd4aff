import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { endWithParent } from '@rounds/local-servers'

/** LibreOffice's program; installed first where it is missing and may be. Absent with the reason in one sentence. */
export function findOffice(): { readonly program: string } | { readonly missing: string } {
  const program = ['soffice', 'libreoffice'].find((name) => spawnSync(name, ['--version']).status === 0)
  if (program) return { program }
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0)
    return {
      missing: 'LibreOffice is not installed (Debian: libreoffice-calc-nogui), and only root may install it.',
    }
  for (const name of ['libreoffice-calc-nogui', 'libreoffice-calc']) {
    const flags = ['install', '-y', '--no-install-recommends', name]
    const installed = spawnSync('apt-get', flags, { stdio: ['ignore', 2, 2] }).status === 0
    if (installed && spawnSync('soffice', ['--version']).status === 0) return { program: 'soffice' }
  }
  return { missing: 'LibreOffice could not be installed: apt-get found no libreoffice-calc here.' }
}

/** How LibreOffice is to read a CSV file: `,` `"` UTF-8; `eager`: looks for numbers and evaluates formulas. */
export const reading = {
  // The last two: detect special numbers (8), evaluate formulas (13).
  eager: 'CSV:44,34,76,1,,0,false,true,false,false,false,0,true',
  /** Columns as text, so that every cell keeps its characters. */
  asText: (columns: number) =>
    `CSV:44,34,76,1,${Array.from({ length: columns }, (_, index) => `${index + 1}/2`).join('/')},0,false,false`,
}

/** Opens a file and saves it in another form beside it. */
export async function convert(
  program: string,
  {
    file,
    infilter,
    to,
    outDir,
    home,
  }: { file: string; infilter: string; to: string; outDir: string; home: string },
): Promise<void> {
  const flags = [
    '--headless',
    '--norestore',
    `-env:UserInstallation=file://${home}`,
    `--infilter=${infilter}`,
  ]
  const child = endWithParent(
    spawn(program, [...flags, '--convert-to', to, '--outdir', outDir, file], { stdio: 'ignore' }),
  )
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`LibreOffice ended with ${code}`)
}
