import type { PersonDocument, Role } from '@rounds/contracts'
import type { MongoStore } from '@rounds/mongo'
import type { Person } from '../http/index.ts'
import type { SignInDeps } from './session-routes.ts'

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
): SignInDeps['accounts'] & { personById: (personId: string) => Promise<Person | undefined> } {
  const accounts = store.collection<AccountDocument>('accounts')
  const people = store.collection<PersonDocument>('people')

  async function person(personId: string) {
    const [account, known] = await Promise.all([
      accounts.findOne({ personId, active: true }),
      people.findOne({ _id: personId, active: true }, { projection: { name: 1, language: 1 } }),
    ])
    return account && known
      ? { personId, role: account.role, name: known.name, language: known.language }
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
