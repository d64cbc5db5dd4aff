import { deliverySearchCollation } from '@rounds/contracts'
import type { MongoStore } from '@rounds/ledger'
import type { IndexDescription } from 'mongodb'
import { auditDueIndex } from './mongo-audit.ts'
import { deadLetterIndexes, replayRunIndexes } from './mongo-dead-letters.ts'
import { intakeIndexes } from './mongo-intake.ts'
import { jobIndexes } from './mongo-jobs.ts'
import { loginThrottleIndexes } from './mongo-login-throttle.ts'
import { mailIndexes } from './mongo-mails.ts'
import { holdNames } from './mongo-names.ts'
import { openPlaceIndexes } from './mongo-open-places.ts'
import { scheduleIndexes } from './mongo-schedules.ts'
import { signInLinkIndexes } from './mongo-sign-in-links.ts'
import { slotIndexes } from './mongo-slots.ts'
import { spaceIndexes } from './mongo-spaces.ts'

/** What is looked for, by collection. A list's index ends as the list is sorted. Those of append-only collections are the provisioner's. */
const indexes: Readonly<Record<string, readonly IndexDescription[]>> = {
  appointments: [
    { key: { startsAt: 1, _id: 1 } },
    { key: { status: 1, startsAt: 1, _id: 1 } },
    { key: { 'doctor.id': 1, startsAt: 1, _id: 1 } },
    { key: { 'patient.id': 1, startsAt: 1, _id: 1 } },
    { key: { 'department.id': 1, startsAt: 1, _id: 1 } },
    auditDueIndex,
    ...slotIndexes,
    ...openPlaceIndexes,
  ],
  people: [
    { key: { kind: 1, name: 1, _id: 1 } },
    { key: { kind: 1, number: 1 }, unique: true },
    { key: { nameOwed: 1 }, sparse: true },
    // Whose mail waits, by address.
    { key: { mail: 1 }, collation: deliverySearchCollation },
  ],
  departments: [{ key: { name: 1, _id: 1 } }],
  jobs: jobIndexes,
  ...intakeIndexes,
  schedules: scheduleIndexes,
  spaces: spaceIndexes,
  accounts: [{ key: { personId: 1 } }, { key: { role: 1, _id: 1 } }],
  sessions: [{ key: { endsAt: 1 }, expireAfterSeconds: 0 }, { key: { personId: 1 } }],
  tokens: [
    { key: { hash: 1 }, unique: true },
    { key: { personId: 1, _id: -1 } },
    { key: { expiresAt: 1 }, expireAfterSeconds: 0 },
  ],
  campaigns: [{ key: { createdAt: -1, _id: -1 } }, { key: { state: 1, createdAt: -1, _id: -1 } }],
  // One mailbox once: what an upload names twice is refused by this.
  campaignRecipients: [{ key: { campaignId: 1, row: 1 } }, { key: { campaignId: 1, key: 1 }, unique: true }],
  mails: mailIndexes,
  deadLetters: deadLetterIndexes,
  replayRuns: replayRunIndexes,
  signInLinks: signInLinkIndexes,
  signInFailures: loginThrottleIndexes,
}

/** Makes what is missing; what stands costs a look. */
export async function ensureIndexes(store: Pick<MongoStore, 'collection'>): Promise<void> {
  for (const [collection, wanted] of Object.entries(indexes)) {
    await store.collection(collection).createIndexes([...wanted])
  }
  for (const collection of ['schedules', 'spaces']) await holdNames(store, collection)
}
