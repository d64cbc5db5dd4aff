/** A worker in a process of its own, for a test to kill: `node export-child.ts <mongo url> <directory> <slots>`. */
import { silent } from '@rounds/kernel'
import { sqliteSlots } from '../src/exports/sqlite-slots.ts'
import { openExportWorld } from './mongo-export-world.ts'

const [, , url = '', directory = '', count = '2'] = process.argv
const world = await openExportWorld(url, { directory })
const slots = sqliteSlots(directory, Number(count), { log: silent })
await slots.start()
await world.work({ permits: slots })
console.log('at work')
