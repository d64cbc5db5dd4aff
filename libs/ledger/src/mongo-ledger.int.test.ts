import { setTimeout as sleep } from 'node:timers/promises'
import { testServers } from '@rounds/local-servers'
import { type Input, leaseMs, ledgerContract, type Outcome, sorting } from '../test/ledger-contract.ts'
import type { WorkDocument } from './mongo-ledger.ts'
import { mongoStore } from './mongo-store.ts'

ledgerContract('the ledger in MongoDB', async (repeating) => {
  const store = mongoStore(testServers().freshDatabase(), { appName: 'ledger-test' })
  const ledger = store.ledger<Input, Outcome>('work', { repeating, leaseMs, ...sorting })
  await store.start()
  return {
    ledger,
    async said(key) {
      const work = await store.collection<WorkDocument<Input, Outcome>>('work').findOne({ _id: key })
      return work?.outbox.map(({ event }) => event.id) ?? []
    },
    pass: (ms) => sleep(ms),
    close: () => store.stop(),
  }
})
