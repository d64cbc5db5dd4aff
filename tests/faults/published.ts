import type { TestStack } from '@rounds/stack'
import { mongoOutboxesWitness } from './mongo-outboxes-witness.ts'
import { over } from './over.ts'

/** Resolves once every outbox is published and marked: from then on only the broker has to remember. */
export async function allPublished({ mongo }: Pick<TestStack, 'mongo'>): Promise<void> {
  const outboxes = await mongoOutboxesWitness(mongo.url)
  try {
    const isPublished = async () => (await outboxes.due()) === 0
    if (!(await over(isPublished, 60_000))) throw new Error('outboxes are not published within a minute')
  } finally {
    await outboxes.close()
  }
}
