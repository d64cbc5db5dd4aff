export {
  type Claim,
  type Ending,
  type Ledger,
  LostClaimError,
  type Renewal,
  type Resolution,
  type Work,
  type WorkState,
} from './ledger.ts'
export { type MemoryLedger, memoryLedger } from './memory-ledger.ts'
export { type LedgerOptions, type WorkDocument, workOf } from './mongo-ledger.ts'
export { settleRestored } from './mongo-restored.ts'
export { openLedger } from './open-ledger.ts'
export type { Permits } from './room.ts'
export { sweeper } from './sweeper.ts'
export {
  CallOff,
  DeadlineError,
  Stopping,
  type Workers,
  type WorkersOptions,
  workers,
} from './workers.ts'
