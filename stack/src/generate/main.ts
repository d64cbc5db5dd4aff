import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root } from '../stack.ts'
import { breakingChanges } from './breaking-changes.ts'
import { outdated, snapshotPath } from './documents.ts'

const breaking = await breakingChanges(root)
for (const reason of breaking) console.error(`breaking: ${reason}; make it a new type instead`)
if (breaking.length > 0) process.exitCode = 1

const files = (await outdated(root)).filter(({ path }) => path !== snapshotPath || breaking.length === 0)
for (const { path, content } of files) {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), content)
  console.log(`wrote ${path}`)
}
if (files.length === 0) console.log('Nothing had to be written.')
