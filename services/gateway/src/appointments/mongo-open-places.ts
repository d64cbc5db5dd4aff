import { duplicateKey, type MongoStore } from '@rounds/mongo'
import { type IndexDescription, MongoServerError } from 'mongodb'
import type { OpenVisitBounds } from './appointments.ts'

/**
 * What an appointment that a patient booked for themself holds while it is booked: one place of the patient and one of the patient with
 * this doctor. A unique index lets each be held once, so that no number of requests at the same moment makes more than there are.
 */
export interface WithOpenPlaces {
  readonly openPlaces?: readonly string[]
}

const name = 'open places'

export const openPlaceIndexes: readonly IndexDescription[] = [
  { name, key: { openPlaces: 1 }, unique: true, sparse: true },
]

type Whose = { readonly patient: { readonly id: string }; readonly doctor: { readonly id: string } }

/** Places that are likely to be free: they cost no question. */
export const somePlaces = (whose: Whose, bounds: OpenVisitBounds): string[] => [
  ofPatient(whose, Math.floor(Math.random() * bounds.ofPatient)),
  ofPair(whose, Math.floor(Math.random() * bounds.withDoctor)),
]

/** Places that are free now, or of which there are none. What has begun gives its places back. */
export async function freePlaces(
  store: Pick<MongoStore, 'collection'>,
  whose: Whose,
  bounds: OpenVisitBounds,
  now: Date,
): Promise<string[] | 'too many' | 'too many with doctor'> {
  const appointments = store.collection<WithOpenPlaces & { _id: string; startsAt: Date }>('appointments')
  const mine = numbers(bounds.ofPatient).map((number) => ofPatient(whose, number))
  const ours = numbers(bounds.withDoctor).map((number) => ofPair(whose, number))
  const found = await appointments
    .find({ openPlaces: { $in: [...mine, ...ours] } }, { projection: { openPlaces: 1, startsAt: 1 } })
    .toArray()
  const begun = found.filter(({ startsAt }) => startsAt <= now).map(({ _id }) => _id)
  if (begun.length > 0)
    await appointments.updateMany(
      { _id: { $in: begun }, startsAt: { $lte: now } },
      { $unset: { openPlaces: true } },
    )
  const held = new Set(found.flatMap((one) => (one.startsAt <= now ? [] : (one.openPlaces ?? []))))
  const free = (places: readonly string[]) => oneOf(places.filter((place) => !held.has(place)))
  const [place, placeWithDoctor] = [free(mine), free(ours)]
  if (place === undefined) return 'too many'
  return placeWithDoctor === undefined ? 'too many with doctor' : [place, placeWithDoctor]
}

/** Whether that is why the database refused. */
export const isPlaceTaken = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === duplicateKey && 'openPlaces' in Object(error.keyPattern)

const ofPatient = ({ patient }: Whose, number: number) => `${patient.id} ${number}`
const ofPair = ({ patient, doctor }: Whose, number: number) => `${patient.id} ${doctor.id} ${number}`
const numbers = (most: number) => Array.from({ length: most }, (_, number) => number)
const oneOf = (places: readonly string[]) => places[Math.floor(Math.random() * places.length)]
