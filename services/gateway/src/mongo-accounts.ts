import type { PersonDocument, Role } from '@rounds/contracts'
import { type MongoStore, sharedReads } from '@rounds/ledger'
import type { PrincipalBehindDeps } from './principal-behind.ts'
import type { SignInDeps } from './sign-in/route.ts'

/** `_id` is the sign-in name in lower case. */
export interface AccountDocument {
  readonly _id: string
  readonly personId: string
  readonly role: Role
  readonly passwordHash: string
  readonly active: boolean
  /** Whoever likes may look around as this person, while DEMO is on. */
  readonly demo?: true
}

export function mongoAccounts(
  store: Pick<MongoStore, 'collection'>,
): SignInDeps['accounts'] & { personById: PrincipalBehindDeps['personById'] } {
  const accounts = store.collection<AccountDocument>('accounts')
  const people = store.collection<PersonDocument>('people')
  const accountOf = sharedReads<Pick<AccountDocument, 'personId' | 'role'>>({
    read: (ids) =>
      accounts
        .find({ personId: { $in: [...ids] }, active: true }, { projection: { personId: 1, role: 1 } })
        .toArray(),
    keyOf: ({ personId }) => personId,
  })
  const known = sharedReads<Pick<PersonDocument, '_id' | 'name' | 'language'>>({
    read: (ids) =>
      people
        .find({ _id: { $in: [...ids] }, active: true }, { projection: { name: 1, language: 1 } })
        .toArray(),
    keyOf: ({ _id }) => _id,
  })

  async function person(personId: string) {
    const [account, person] = await Promise.all([accountOf(personId), known(personId)])
    return account && person
      ? { personId, role: account.role, name: person.name, language: person.language }
      : undefined
  }

  return {
    person,
    personById: person,
    byLogin: async (login) => (await accounts.findOne({ _id: login, active: true })) ?? undefined,
    demo: async (role) =>
      (await accounts.findOne({ role, demo: true, active: true }, { sort: { _id: 1 } })) ?? undefined,
  }
}
