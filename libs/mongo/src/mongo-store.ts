import { setTimeout as sleep } from 'node:timers/promises'
import { OperatorError } from '@rounds/kernel'
import { type Collection, type Document, MongoClient, MongoServerError } from 'mongodb'
import { databaseClock } from './database-clock.ts'

/** A service's connection to MongoDB, and what it keeps there. */
export interface MongoStore {
  readonly name: string
  /** Connects, refuses a database on which promises do not hold, and runs what was left with `onStart`. */
  start(): Promise<void>
  stop(): Promise<void>
  collection<T extends Document>(name: string): Collection<T>
  /** Runs once connected, before anything else uses the database: makes indexes, for example. Ask before `start`. */
  onStart(prepare: () => Promise<void>): void
  /** The database's time, as of its last heartbeat (see `databaseClock`). */
  now(): Date
  /** Resolves when a primary answers; rejects within a few seconds when none does. */
  ping(): Promise<void>
}

const startPatienceMs = 30_000
// The address itself is never repeated: it may hold a password.
const noAddress = 'MONGO_URL is not an address with a database, such as mongodb://127.0.0.1:27017/rounds.'

/**
 * MongoDB with the settings on which every promise rests: a write is answered once a majority has it on disk. Gives up
 * finding a primary after three seconds, so that a person gets an answer instead of a spinner.
 */
export function mongoStore(url: string, { appName }: { appName: string }): MongoStore {
  const client = clientFor(url, appName)
  const clock = databaseClock(client)
  const preparations: (() => Promise<void>)[] = []
  const collection = <T extends Document>(name: string) => client.db().collection<T>(name)

  return {
    name: 'mongodb',
    collection,
    onStart: (prepare) => void preparations.push(prepare),
    now: clock,
    async start() {
      await refuseUnfit(client)
      for (const prepare of preparations) await prepare()
    },
    stop: () => client.close(),
    async ping() {
      await client.db().command({ ping: 1 })
    },
  }
}

function clientFor(url: string, appName: string): MongoClient {
  // Without a name the driver would write into a database called "test".
  if (!/^mongodb(\+srv)?:\/\/[^/]+\/[^/?]+/.test(url)) throw new OperatorError(noAddress)
  try {
    return new MongoClient(url, {
      appName,
      writeConcern: { w: 'majority', journal: true, wtimeoutMS: 10_000 },
      readConcernLevel: 'majority',
      readPreference: 'primary',
      retryWrites: true,
      retryReads: true,
      serverSelectionTimeoutMS: 3_000,
      connectTimeoutMS: 5_000,
      // A frozen server is noticed by its heartbeat, within this and the line above.
      heartbeatFrequencyMS: 5_000,
      ignoreUndefined: true,
    })
  } catch (error) {
    throw new OperatorError(noAddress, { cause: error })
  }
}

/** Connects and throws an operator's error, one sentence, unless this is a database that keeps what it acknowledges. */
async function refuseUnfit(client: MongoClient): Promise<void> {
  const where = `MongoDB at ${client.options.hosts.join(', ')}`
  const hello = await greeting(client, where)
  const fault = unfitness(hello, await client.db().command({ buildInfo: 1 }))
  if (fault) throw new OperatorError(`${where} ${fault}`)
}

/** Why our promises would not hold on this server; nothing when they do. */
export function unfitness(hello: Document, { version, versionArray }: Document): string | undefined {
  // A router stands before replica sets only.
  if (hello.setName === undefined && hello.msg !== 'isdbgrid')
    return 'is no replica set: start it with --replSet and initiate it; one member is enough.'
  if (versionArray[0] < 6) return `is version ${version}; Rounds needs 6 or newer.`
  return undefined
}

async function greeting(client: MongoClient, where: string): Promise<Document> {
  const giveUpAt = performance.now() + startPatienceMs
  for (;;) {
    try {
      // A client whose first attempt failed is closed for good; only this opens it again.
      await client.connect()
      return await client.db().command({ hello: 1 })
    } catch (error) {
      if (error instanceof MongoServerError && [18, 8000].includes(Number(error.code))) {
        const user = client.options.credentials?.username
        throw new OperatorError(
          `${where} refuses the user ${user}: name or password in MONGO_URL is wrong.`,
          { cause: error },
        )
      }
      if (performance.now() > giveUpAt) {
        throw new OperatorError(
          `${where} has no primary that answers: is it running, and its replica set initiated?`,
          { cause: error },
        )
      }
      await sleep(200)
    }
  }
}
