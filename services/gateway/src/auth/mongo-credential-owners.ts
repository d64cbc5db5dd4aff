import type { PersonDocument } from '@rounds/contracts'
import type { Collection, Document, Filter } from 'mongodb'
import type { Person } from '../http/index.ts'
import type { AccountDocument } from './mongo-accounts.ts'

/** What stands for a person: a session or a token. */
interface Held extends Document {
  readonly personId: string
}

type Joined<T extends Held> = T & {
  readonly accounts: ReadonlyArray<Pick<AccountDocument, 'role' | 'active'>>
  readonly people: ReadonlyArray<Pick<PersonDocument, 'name' | 'language' | 'active'>>
}

/**
 * Sessions or tokens, each with whose it is; without those whose person or account is no longer active. One question,
 * because every request begins with it.
 */
export async function withHolders<T extends Held>(
  collection: Collection<T>,
  filter: Filter<T>,
): Promise<ReadonlyArray<T & { readonly person: Person }>> {
  const found = await collection
    .aggregate<Joined<T>>([
      { $match: filter },
      // Without pipelines of their own, which cost mongod 6 twice as much as the rest of this.
      { $lookup: { from: 'accounts', localField: 'personId', foreignField: 'personId', as: 'accounts' } },
      { $lookup: { from: 'people', localField: 'personId', foreignField: '_id', as: 'people' } },
      { $unset: ['accounts.passwordHash'] },
    ])
    .toArray()
  return found.flatMap((one) => {
    const account = one.accounts.find(({ active }) => active)
    const known = one.people.find(({ active }) => active)
    if (!account || !known) return []
    const { role } = account
    const { name, language } = known
    return [{ ...one, person: { personId: one.personId, role, name, language } }]
  })
}
