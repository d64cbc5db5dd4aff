import type { AppointmentDocument } from '@rounds/contracts'
import type { MongoStore } from '@rounds/mongo'
import { mongoPosts } from './mongo-posts.ts'
import { mongoSpaces } from './mongo-spaces.ts'

/** Everything about chat that the gateway keeps or reads. `rung` is called once something has to be said. */
export function mongoChat(store: Pick<MongoStore, 'collection'>, now: () => Date, rung: () => void) {
  const appointments = store.collection<AppointmentDocument>('appointments')
  return {
    spaces: mongoSpaces(store, now, rung),
    posts: mongoPosts(store, now, rung),
    /** Whose appointments these are. */
    doctorsOf: async (appointmentIds: readonly string[]): Promise<ReadonlyMap<string, string>> => {
      const found = await appointments
        .find({ _id: { $in: [...appointmentIds] } }, { projection: { 'doctor.id': 1 } })
        .toArray()
      return new Map(found.map(({ _id, doctor }) => [_id, doctor.id]))
    },
  }
}

/** Collections about chat whose documents say something. */
export const chatOutboxes = ['spaces', 'postResolutions'] as const
