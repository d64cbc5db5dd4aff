import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startStack, type TestStack } from '@rounds/stack'
import { MongoClient } from 'mongodb'
import type { Ground } from './ground.ts'

export type Hospital = TestStack

/** The hospital with so many appointments; seeded at the first time, and found again in the cache from then on. */
export async function hospitalWith(appointments: number, ground: Ground): Promise<Hospital> {
  ground.tell(`  starting a hospital with ${appointments.toLocaleString('en')} appointments`)
  const dataDir = join(ground.cacheDir, `hospital-${appointments}`)
  const hospital = await opened(ground, await startStack({ appointments, dataDir }))
  // A bench that was broken off may have left work.
  await forget(hospital, ['jobs', 'exports'])
  return hospital
}

/** A small one that is gone afterwards. */
export const smallHospital = async (
  ground: Ground,
  options: Parameters<typeof startStack>[0] = {},
): Promise<Hospital> => opened(ground, await startStack(options))

async function opened(ground: Ground, hospital: Hospital): Promise<Hospital> {
  ground.ends(hospital)
  await using client = new MongoClient(hospital.mongo.url)
  const { version: mongod } = await client.db().command({ buildInfo: 1 })
  const { version: nats } = await (await fetch(`${hospital.nats.monitorUrl}/varz`)).json()
  ground.noteVersions({ mongod, 'nats-server': nats })
  return hospital
}

/** Empties collections, for a next run that is like the first. */
export async function forget({ mongo }: Hospital, collections: readonly string[]): Promise<void> {
  await using client = new MongoClient(mongo.url)
  for (const name of collections) await client.db().collection(name).deleteMany({})
}

/** Removes the files of a directory; what else is there stays. */
export async function forgetFiles(directory: string): Promise<void> {
  const files = (await readdir(directory, { withFileTypes: true })).filter((entry) => entry.isFile())
  for (const { name } of files) await rm(join(directory, name), { force: true })
}

/** The processes of the hospital that take part in its work. */
export const hospitalPids = ({ services, mongo, nats }: Hospital): number[] => [
  mongo.pid,
  nats.pid,
  ...Object.values(services).flatMap((service) => service.pid() ?? []),
]
