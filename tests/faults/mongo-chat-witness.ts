import { webhookKeyring } from '@rounds/chat'
import { type PostInput, type PostOutcome, postStateOf, type SpaceDocument } from '@rounds/contracts'
import { Decimal128, MongoClient } from 'mongodb'

interface Stored {
  readonly _id: string
  readonly state: string
  readonly input: PostInput
  readonly outcome?: PostOutcome
}

/** Writes spaces and visits down as the gateway does, and reads what became of the posts; for the final comparison only. */
export async function mongoChatWitness(url: string, keys: string) {
  const client = new MongoClient(url)
  const db = client.db()
  const keyring = webhookKeyring(keys)
  return {
    /** Spaces that each hear of one doctor, who has the space's own name. */
    async spaces(ids: readonly string[], webhookOf: (id: string) => string): Promise<void> {
      await db.collection<SpaceDocument>('spaces').insertMany(
        ids.map((_id) => ({
          _id,
          name: _id,
          webhook: keyring.seal(_id, webhookOf(_id)),
          googleSpace: _id,
          rules: [{ news: ['appointment.checked'], doctorId: _id }],
          language: 'en',
          patientShownAs: 'nobody',
          relevantMinutes: 1_440,
          active: true,
          createdBy: 'demo-admin',
          createdAt: new Date(),
          version: 1,
          updatedAt: new Date(),
        })),
      )
    },
    async visits(visits: readonly { readonly id: string; readonly doctorId: string }[]): Promise<void> {
      await db.collection<{ _id: string }>('appointments').insertMany(
        visits.map(({ id, doctorId }) => ({
          _id: id,
          status: 'checked',
          startsAt: new Date(),
          minutes: 15,
          patient: { id: 'nobody', name: 'Nobody', number: 'P-0' },
          doctor: { id: doctorId, name: 'Dr. Nobody', number: 'D-0' },
          // By this a digest's line names its visit: it says nothing else that only one visit has.
          department: { id: 'nowhere', name: id },
          reason: '',
          fee: Decimal128.fromString('0'),
          bookedAt: new Date(),
          version: 2,
          outbox: [],
        })),
      )
    },
    async posts(spaceIds: readonly string[]) {
      const found = await db
        .collection<Stored>('posts')
        .find({ 'input.spaceId': { $in: [...spaceIds] } }, { projection: { state: 1, outcome: 1, input: 1 } })
        .toArray()
      return found.map((work) => ({
        key: work._id,
        spaceId: work.input.spaceId,
        stands: postStateOf(work),
        requestId: work.outcome?.requestId,
      }))
    },
    ended: (spaceIds: readonly string[]): Promise<number> =>
      db.collection<Stored>('posts').countDocuments({
        'input.spaceId': { $in: [...spaceIds] },
        state: { $in: ['done', 'failed', 'in doubt', 'cancelled'] },
      }),
    close: () => client.close(),
  }
}
