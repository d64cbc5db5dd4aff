import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root } from '../stack.ts'
import { outdated, snapshotPath } from './documents.ts'
import { releaseFaults } from './release-faults.ts'

const faults = await releaseFaults(root)
for (const fault of faults) console.error(`not released: ${fault}`)
if (faults.length > 0) process.exitCode = 1

const files = (await outdated(root)).filter(({ path }) => path !== snapshotPath || faults.length === 0)
for (const { path, content } of files) {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), content)
  console.log(`wrote ${path}`)
}
if (files.length === 0) console.log('Nothing had to be written.')
