/** A worker in a process of its own, for a test to kill: `node export-child.ts <mongo url> <directory>`. */
import { openExportWorld } from './mongo-export-world.ts'

const [, , url = '', directory = ''] = process.argv
const world = await openExportWorld(url, { directory })
await world.work()
