import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const [brotli, zip] = [promisify(brotliCompress), promisify(gzip)]

/** Images and fonts are compressed already. */
const compressible = /\.(js|css|html|svg|json|txt)$/
/** What fits into one packet does not arrive sooner when it is smaller. */
const leastBytes = 1024

/** Writes `.br` and `.gz` beside each text file of a built page: done once here, as small as it gets, and never per request. */
export async function precompress(dir: string): Promise<void> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && compressible.test(entry.name))
  await Promise.all(files.map(({ parentPath, name }) => compressFile(join(parentPath, name))))
}

async function compressFile(path: string): Promise<void> {
  const content = await readFile(path)
  if (content.length < leastBytes) return
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  }
  await Promise.all([
    brotli(content, { params }).then((small) => writeFile(`${path}.br`, small)),
    zip(content, { level: constants.Z_BEST_COMPRESSION }).then((small) => writeFile(`${path}.gz`, small)),
  ])
}

/** The step of the build that does it, once everything is written. */
export function precompressed(): Plugin {
  let dir = ''
  return {
    name: 'precompressed',
    apply: 'build',
    configResolved({ root, build }) {
      dir = join(root, build.outDir)
    },
    closeBundle: () => precompress(dir),
  }
}
