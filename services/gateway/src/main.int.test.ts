import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { compiledBefore, freePorts, testServers } from '@rounds/local-servers'
import { mongoStore } from '@rounds/mongo'
import { expect, it, vi } from 'vitest'
import { chatKeys } from '../test/open-door.ts'

const main = new URL('main.ts', import.meta.url).pathname

it('the gateway opens its door once its indexes are made, also while the broker is away', async () => {
  const MONGO_URL = testServers().freshDatabase()
  const [http = 0, ops = 0, nowhere = 0] = await freePorts(3)
  const gateway = spawn(process.execPath, [main], {
    stdio: 'ignore',
    env: {
      ...compiledBefore,
      MONGO_URL,
      NATS_URL: `nats://127.0.0.1:${nowhere}`,
      NATS_PASSWORD: 'secret',
      ARTIFACTS_DIR: tmpdir(),
      LINK_SIGNING_KEY: 'x'.repeat(32),
      WEBHOOK_ENCRYPTION_KEYS: chatKeys,
      AUDIT_SIGNING_KEY: 'x'.repeat(32),
      HTTP_PORT: `${http}`,
      OPS_PORT: `${ops}`,
    },
  })
  const store = mongoStore(MONGO_URL, { appName: 'gateway-test' })
  try {
    await store.start()
    await vi.waitFor(() => fetch(`http://127.0.0.1:${http}/openapi.json`), { timeout: 30_000, interval: 5 })

    // The last in the list.
    const indexes = await store.collection('signInFailures').indexes()

    expect(indexes.map(({ key }) => key)).toContainEqual({ expire: 1 })
  } finally {
    await store.stop()
    gateway.kill('SIGKILL')
    await once(gateway, 'close')
  }
})
