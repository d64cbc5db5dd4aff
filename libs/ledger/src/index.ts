export { type Claim, type Ending, type Ledger, LostClaimError, type Renewal, type Work, type WorkState } from './ledger.ts'
export { alsoSaying, type OutboxEntry, outboxKeepMs, outboxOf, type WithOutbox } from './outbox.ts'
