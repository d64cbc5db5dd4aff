import type { BatchInput, BatchProgress } from '@rounds/contracts'
import type { Claim, Ending, Ledger } from '@rounds/ledger'

export type BatchLedger = Ledger<BatchInput, BatchProgress>
export type BatchClaim = Claim<BatchInput, BatchProgress>
export type BatchEnding = Ending<BatchProgress>
