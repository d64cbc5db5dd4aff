import { type Input, leaseMs, ledgerContract, type Outcome, sorting } from '../test/ledger-contract.ts'
import { memoryLedger } from './memory-ledger.ts'

ledgerContract('the ledger in memory', async (repeating) => {
  let now = 1_700_000_000_000
  const ledger = memoryLedger<Input, Outcome>({ now: () => now, leaseMs, repeating, ...sorting })
  return {
    ledger,
    said: async () => ledger.said().map(({ id }) => id),
    pass: async (ms) => {
      now += ms
    },
    close: async () => {},
  }
})
