import { webhookKeyring } from '@rounds/chat'
import { mongoStore } from '@rounds/mongo'
import { readConfig } from '@rounds/service'
import { variables } from '../config.ts'
import { mongoSealedWebhooks } from './mongo-webhooks.ts'
import { rotateKeys } from './rotate-keys.ts'

const usage = `npm run chat -- rotate-keys     seals the webhooks of all chat spaces under the first key of WEBHOOK_ENCRYPTION_KEYS

Needs MONGO_URL and WEBHOOK_ENCRYPTION_KEYS as the gateway has them: docs/google-chat.md, "Another key".`

process.exit(await run())

async function run(): Promise<number> {
  if (process.argv[2] !== 'rotate-keys') {
    console.log(usage)
    return process.argv[2] === '--help' ? 0 : 1
  }
  try {
    const config = readConfig(
      { MONGO_URL: variables.MONGO_URL, WEBHOOK_ENCRYPTION_KEYS: variables.WEBHOOK_ENCRYPTION_KEYS },
      process.env,
    )
    const keyring = webhookKeyring(config.WEBHOOK_ENCRYPTION_KEYS)
    const store = mongoStore(config.MONGO_URL, { appName: 'rotate-keys' })
    await store.start()
    try {
      const { resealed, changed, unreadable } = await rotateKeys(mongoSealedWebhooks(store), keyring)
      console.log(`Sealed under the key ${keyring.current}: ${resealed} more.`)
      if (changed > 0) console.error(`Changed by somebody meanwhile: ${changed}. Run it once more.`)
      for (const { spaceId, reason } of unreadable)
        console.error(`The space ${spaceId} cannot be read: ${reason}.`)
      return changed + unreadable.length > 0 ? 1 : 0
    } finally {
      await store.stop()
    }
  } catch (fault) {
    console.error(fault instanceof Error ? fault.message : 'This cannot be done.')
    return 1
  }
}
