import { consumers, type SpaceStateDocument } from '@rounds/contracts'
import { Binary, MongoClient } from 'mongodb'
import { planted } from './mongo-strangers.ts'

interface Stored {
  readonly _id: string
}

const [{ word: strangersName }] = planted
const howMany = 60

/**
 * What no request brings about: mails and posts that may have left, a mail that failed, letters that no consumer could
 * take, a chat space that was refused.
 */
export async function plantOrdeals(
  mongoUrl: string,
  { campaigns, stoppedSpaces }: { campaigns: readonly string[]; stoppedSpaces: readonly string[] },
): Promise<Readonly<Record<string, readonly string[]>>> {
  const client = new MongoClient(mongoUrl)
  try {
    const db = client.db()
    const inDoubt = many((index) => delivery(`fuzz-doubt-${index}`, `fuzz-batch-${index}`, 'in doubt'))
    const failed = campaigns.map((id, index) => delivery(`fuzz-failed-${index}`, id, 'failed'))
    const posts = many((index) => post(`fuzz-post-${index}`))
    const letters = many((index) => deadLetter(`fuzz-letter-${index}`, index))
    await db.collection<Stored>('deliveries').insertMany([...inDoubt, ...failed])
    await db.collection<Stored>('posts').insertMany(posts)
    await db.collection<Stored>('deadLetters').insertMany(letters)
    const at = new Date()
    const stopped = { at, spaceVersion: 1, httpStatus: 404, code: 'NOT_FOUND', reason: 'The space is gone' }
    for (const _id of stoppedSpaces)
      await db
        .collection<SpaceStateDocument>('spaceStates')
        .updateOne(
          { _id },
          { $set: { stopped }, $setOnInsert: { leaseUntil: new Date(0), fence: 0, nextAt: new Date(0) } },
          { upsert: true },
        )
    return {
      deliveryId: [...inDoubt, ...failed].map(({ _id }) => _id),
      postId: posts.map(({ _id }) => _id),
      deadLetterId: letters.map(({ _id }) => _id),
      'id for resolveDelivery': inDoubt.map(({ _id }) => _id),
    }
  } finally {
    await client.close()
  }
}

const many = <T>(make: (index: number) => T) => Array.from({ length: howMany }, (_, index) => make(index))

const work = (_id: string, state: string) => {
  const at = new Date()
  return {
    _id,
    state,
    fence: 1,
    attempts: 1,
    cancelAsked: false,
    interrupted: false,
    nextAttemptAt: at,
    acceptedAt: at,
    history: [],
    outbox: [],
  }
}

function delivery(_id: string, batchId: string, state: 'in doubt' | 'failed') {
  const code = state === 'failed' ? { code: 'BAD_ADDRESS' } : {}
  return {
    ...work(_id, state),
    lane: 'bulk',
    settledAt: new Date(),
    input: {
      batchId,
      batch: 'campaign',
      lane: 'bulk',
      purpose: 'administrative',
      template: 'announcement',
      templateVersion: 1,
      occasion: batchId,
      // A stranger's: those who may not see them must not learn whom they were for.
      recipient: { kind: 'person', id: 'planted', name: strangersName, number: strangersName },
      language: 'en',
      cause: { correlationid: 'fuzz' },
    },
    outcome: { kind: state, ...code, subject: 'Opening hours', decisions: [] },
  }
}

function post(_id: string) {
  const at = new Date()
  const input = { spaceId: 'demo-medicine', kind: 'news', news: 'appointment.checked', at }
  return {
    ...work(_id, 'in doubt'),
    input: { ...input, appointmentId: 'planted', appointmentVersion: 2, cause: { correlationid: 'fuzz' } },
  }
}

function deadLetter(_id: string, index: number) {
  const at = new Date()
  const { durable: consumer = '', service = '' } = consumers[index % consumers.length] ?? {}
  const body = Buffer.from('{"what":"no event of ours"}')
  return {
    _id,
    kind: 'letter',
    state: 'open',
    consumer,
    service,
    type: 'unknown',
    reason: 'It is no event',
    deliveries: 5,
    stream: 'EVENTS',
    sequence: 1_000_000 + index,
    firstAt: at,
    diedAt: at,
    attributes: {},
    headers: [],
    body: new Binary(body),
    bytes: body.byteLength,
    isCut: false,
    keepUntil: new Date(at.getTime() + 86_400_000),
  }
}
