import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { postKeyOf, webhookKeyring } from '@rounds/chat'
import {
  type AppointmentDocument,
  type PostInput,
  type PostOutcome,
  postStateOf,
  type SpaceDocument,
  type SpaceStateDocument,
} from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { openLedger, type WorkDocument } from '@rounds/ledger'
import { compiledBefore, endWithParent, freePorts, testServers } from '@rounds/local-servers'
import { eventMaker } from '@rounds/messaging'
import { makeViews, mongoStore, type WithOutbox } from '@rounds/mongo'
import { anAppointment, aPerson, chatDoor } from '@rounds/testing'
import { Decimal128 } from 'mongodb'
import { deliverToSpace, type TellSpaceDeps } from '../src/deliver/deliver-to-space.ts'
import { googleChat } from '../src/deliver/google-chat.ts'
import { mongoChatFacts } from '../src/deliver/mongo-chat-facts.ts'
import { mongoPosts } from '../src/deliver/mongo-posts.ts'
import { mongoSpaceBook } from '../src/deliver/mongo-space-directory.ts'
import { mongoSpaceTurns } from '../src/deliver/mongo-space-leases.ts'
import { postSorting } from '../src/deliver/post-work.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** A database, a door that stands in for Google Chat and can fail at any byte, and as many notifiers as a test starts. */
export type ChatWorld = Awaited<ReturnType<typeof openChatWorld>>

/**
 * Notifiers that are processes run without a broker here: what was written down has to be found without a bell. What they hear is
 * shown by the stories in `tests/`.
 */
export async function openChatWorld() {
  const url = testServers().freshDatabase()
  const door = await chatDoor()
  const keys = `k1:${randomBytes(32).toString('base64')}`
  const keyring = webhookKeyring(keys)
  const store = mongoStore(url, { appName: 'chat-test' })
  const posts = openLedger<PostInput, PostOutcome>(store, 'posts', { repeating: 'safe', ...postSorting })
  await store.start()
  await makeViews(store.collection('appointments').db)
  const rows = mongoPosts(store)
  await rows.prepare()
  const works = store.collection<WorkDocument<PostInput, PostOutcome>>('posts')
  const spaces = store.collection<SpaceDocument>('spaces')
  const states = store.collection<SpaceStateDocument & WithOutbox>('spaceStates')
  const chat = googleChat({ sinkOrigin: door.origin, connections: 50, attemptMs: 3_000 })
  const turns = mongoSpaceTurns(store, { make: eventMaker('chat-notifier'), onSaid() {} })
  const processes = new Set<ChildProcess>()
  let said = ''

  return {
    store,
    door,
    posts,
    rows,
    keyring,
    parts: { turns, chat },

    /** A space of Google Chat whose webhook leads to the door. */
    async space(_id: string, given: Partial<SpaceDocument> = {}) {
      await spaces.insertOne({
        _id,
        name: _id,
        webhook: keyring.seal(_id, door.webhookOf(_id)),
        googleSpace: _id,
        rules: [{ news: ['appointment.checked'] }],
        language: 'en',
        patientShownAs: 'initials',
        relevantMinutes: 30,
        active: true,
        createdBy: 'admin',
        createdAt: new Date(),
        version: 1,
        updatedAt: new Date(),
        ...given,
      })
    },
    changeSpace: (_id: string, change: Partial<SpaceDocument>) =>
      spaces.updateOne({ _id }, { $set: { ...change, updatedAt: new Date() } }),
    /** As the gateway removes one. */
    removeSpace: (_id: string) =>
      spaces.updateOne(
        { _id },
        {
          $set: { active: false, removedAt: new Date(), updatedAt: new Date() },
          $unset: { webhook: '' },
          $inc: { version: 1 },
        },
      ),
    visits: (...given: readonly Partial<AppointmentDocument>[]) =>
      store
        .collection<AppointmentDocument>('appointments')
        .insertMany(
          given.map((one) =>
            anAppointment({ fee: Decimal128.fromString('1'), diagnosis: 'a cough', ...one }),
          ),
        ),
    person: (_id: string, name: string) =>
      store.collection('people').insertOne(aPerson({ _id, name, kind: 'staff' }) as never),

    /** Writes a post down that is wanted. */
    async want(spaceId: string, appointmentId: string, given: Partial<PostInput> = {}) {
      const wanted = newPost(spaceId, appointmentId, given)
      await posts.accept(wanted.key, wanted.input)
      return wanted.key
    },
    newPost,

    /** One that takes turns in this process, with whatever a test wants otherwise. */
    teller: (given: Partial<TellSpaceDeps> = {}) =>
      deliverToSpace({
        turns,
        posts,
        look: rows.of,
        book: mongoSpaceBook(store, () => new Date()),
        facts: mongoChatFacts(store),
        keyring,
        sinkOrigin: door.origin,
        chat,
        attemptMs: 3_000,
        house: {
          publicUrl: 'https://rounds.example.test',
          hospitalName: 'Rounds Hospital',
          zone: 'Asia/Kolkata',
        },
        make: eventMaker('chat-notifier'),
        now: () => new Date(),
        chance: () => 0,
        log: silent,
        onSettled() {},
        ...given,
      }),

    async start(environment: Record<string, string> = {}): Promise<ChildProcess> {
      const [nowhere = 0, opsPort = 0] = await freePorts(2)
      const child = spawn(process.execPath, [main], {
        env: {
          ...compiledBefore,
          NATS_URL: `nats://127.0.0.1:${nowhere}`,
          NATS_PASSWORD: 'nobody',
          MONGO_URL: url,
          WEBHOOK_ENCRYPTION_KEYS: keys,
          CHAT_SINK_URL: door.origin,
          PUBLIC_URL: 'https://rounds.example.test',
          OPS_PORT: `${opsPort}`,
          LOG_LEVEL: 'debug',
          ...environment,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      processes.add(endWithParent(child))
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (chunk) => {
          said += chunk
        })
      return child
    },
    /** What all of them logged. */
    said: () => said,

    async kill(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL') {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal)
        await once(child, 'exit')
      }
      processes.delete(child)
    },

    /** As if the leases of whoever died had run out, and every space's second had gone by. */
    async leaseOver() {
      const over = new Date(0)
      await works.updateMany({ leaseUntil: { $exists: true } }, { $set: { leaseUntil: over } })
      await states.updateMany({}, { $set: { leaseUntil: over, nextAt: over } })
      await posts.sweep()
    },

    async post(key: string) {
      const work = await works.findOne({ _id: key })
      if (!work) throw new Error(`there is no post ${key}`)
      return { ...work, stands: postStateOf(work), says: work.outbox.map(({ event }) => event.type) }
    },
    stands: async (key: string) => {
      const work = await works.findOne({ _id: key })
      return work ? postStateOf(work) : 'unknown'
    },
    standing: async () => {
      const all = await works.find().toArray()
      return Object.fromEntries(
        Array.from(Map.groupBy(all, postStateOf), ([state, those]) => [state, those.length]),
      )
    },
    state: (spaceId: string) => states.findOne({ _id: spaceId }),
    changeState: (spaceId: string, change: Partial<SpaceStateDocument>) =>
      states.updateOne({ _id: spaceId }, { $set: change }),

    async close() {
      for (const child of processes) child.kill('SIGKILL')
      await chat.stop()
      await door.close()
      await works.db.dropDatabase()
      await store.stop()
    },
  }
}

function newPost(spaceId: string, appointmentId: string, given: Partial<PostInput> = {}) {
  const news = 'appointment.checked'
  const input: PostInput = {
    spaceId,
    kind: 'news',
    news,
    appointmentId,
    appointmentVersion: 2,
    at: new Date(),
    cause: { correlationid: 'story' },
    ...given,
  }
  return { key: postKeyOf({ spaceId, news, appointmentId, version: 2 }), input }
}
