import { mongoStore } from '@rounds/mongo'
import { restoredEffects } from './mongo-restored-effects.ts'
import { readRestoredOptions, usage } from './options.ts'

process.exit(await run())

async function run(): Promise<number> {
  try {
    const options = readRestoredOptions(process.argv.slice(2), new Date())
    if (!options) {
      console.log(usage)
      return 0
    }
    const store = mongoStore(process.env.MONGO_URL ?? '', { appName: 'restored' })
    await store.start()
    try {
      const { mails, posts, openLists } = await restoredEffects(store, options)
      const became = options.dryRun ? 'would count as' : 'count as'
      console.log(`${mails} mails and ${posts} chat messages ${became} ${options.as}.`)
      for (const id of openLists)
        console.error(
          `The list ${id} is not complete: cancel its campaign, or its rest is mailed, perhaps again.`,
        )
      return 0
    } finally {
      await store.stop()
    }
  } catch (fault) {
    console.error(fault instanceof Error ? fault.message : 'This cannot be done.')
    return 1
  }
}
