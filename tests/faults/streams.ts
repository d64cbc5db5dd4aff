import type { TestStack } from '@rounds/stack'
import { mongoOutboxesWitness } from './mongo-outboxes-witness.ts'
import { heardInStreams } from './nats-streams-witness.ts'
import { over } from './over.ts'
import type { Bar } from './row.ts'
import { type Said, unheard } from './said.ts'

/** Twice as long as a service takes to find out that its broker has gone silent; then it says what it kept. */
const sayingMs = 60_000

interface Compared {
  readonly due: number
  readonly said: number
  readonly missing: readonly Said[]
}

/** Once nothing is left to say, looks for every event that stands in an outbox in what the streams hold. */
export async function compareWithStreams({
  mongo,
  nats,
}: Pick<TestStack, 'mongo' | 'nats'>): Promise<Compared> {
  const outboxes = await mongoOutboxesWitness(mongo.url)
  try {
    let due = 0
    const isSilent = async () => {
      due = await outboxes.due()
      return due === 0
    }
    await over(isSilent, sayingMs)
    // Outboxes first: what is said meanwhile must not look as if it were missing.
    const said = await outboxes.said()
    const ids = await heardInStreams(nats)
    const missing = unheard(said, { ids, incarnations: await outboxes.incarnations() }, Date.now())
    return { due, said: said.length, missing }
  } finally {
    await outboxes.close()
  }
}

/** Where fewer than so many were looked for, the witness saw nothing. */
export const streamBars = ({ due, said, missing }: Compared, atLeast: number): readonly Bar[] => [
  { what: 'documents with something left to say', seen: due, atMost: 0 },
  { what: 'events of outboxes, looked for in the streams', seen: said, atLeast },
  { what: 'of these, in no stream', seen: missing.length, atMost: 0 },
]

export const streamNotes = ({ missing }: Compared): readonly string[] =>
  missing.slice(0, 5).map(({ type, id }) => `in no stream: ${type} ${id}`)
