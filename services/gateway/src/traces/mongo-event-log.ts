import type { IntakeDocument } from '@rounds/contracts'
import type { MongoStore } from '@rounds/mongo'
import type { Filter } from 'mongodb'
import { onlyDuplicateKeys } from '../http/index.ts'
import type { History, Said, Story } from './event-log.ts'

const mostChains = 50

interface Letter {
  readonly _id: string
  readonly kind: string
  readonly consumer: string
  readonly state: string
  readonly attributes: Readonly<Record<string, string>>
}

export function mongoHistory(store: Pick<MongoStore, 'collection'>): History {
  const said = store.collection<Said>('said')
  const letters = store.collection<Letter>('deadLetters')
  const intakes = store.collection<IntakeDocument>('intakes')
  const deliveries = store.collection<{ _id: string; input: { cause: { correlationid: string } } }>(
    'deliveries',
  )

  return {
    async note(events) {
      // Known ones among new ones cost MongoDB four times as much as asking first, and after the broker lost its disk they are many.
      const fresh = await unknownOf(events)
      if (fresh.length === 0) return
      try {
        await said.insertMany(fresh, { ordered: false })
      } catch (error) {
        if (!onlyDuplicateKeys(error)) throw error
      }
    },

    async chainsAbout(id) {
      const [about, letter, delivery] = await Promise.all([
        said
          .aggregate<{ _id: string }>([
            { $match: { $or: [{ subject: id }, { _id: id }, { correlationid: id }] } },
            { $group: { _id: '$correlationid', at: { $max: '$at' } } },
            { $sort: { at: -1 } },
            { $limit: mostChains },
          ])
          .toArray(),
        letters.findOne({ _id: id }, { projection: { attributes: 1 } }),
        // What is not sent yet has said nothing, and has its cause all the same.
        deliveries.findOne({ _id: id }, { projection: { 'input.cause': 1 } }),
      ])
      const ids = [
        ...about.map(({ _id }) => _id),
        letter?.attributes.correlationid,
        delivery?.input.cause.correlationid,
      ].filter((one) => one !== undefined)
      return storiesOf({ correlationid: { $in: [...new Set(ids)] } })
    },

    async chain(correlationid, most) {
      const [earliest, counts] = await Promise.all([
        said.find({ correlationid }, { sort: { at: 1, _id: 1 }, limit: most + 1 }).toArray(),
        said
          .aggregate<{ type: string; count: number }>([
            { $match: { correlationid } },
            { $group: { _id: '$type', count: { $sum: 1 } } },
            { $sort: { count: -1, _id: 1 } },
            { $project: { _id: 0, type: '$_id', count: 1 } },
          ])
          .toArray(),
      ])
      return { said: [...(await startsOf(earliest)), ...earliest], counts }
    },

    async deadIn(correlationid) {
      const found = await letters
        .find(
          { kind: 'letter', 'attributes.correlationid': correlationid },
          { projection: { consumer: 1, state: 1, attributes: 1 }, limit: 1_000 },
        )
        .toArray()
      return found.map(({ _id, consumer, state, attributes }) => ({
        deadLetterId: _id,
        eventId: attributes.id ?? '',
        consumer,
        state,
      }))
    },
  }

  async function unknownOf(events: readonly Said[]): Promise<Said[]> {
    if (events.length === 0) return []
    const ids = events.map(({ _id }) => _id)
    const found = await said.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray()
    const known = new Set(found.map(({ _id }) => _id))
    return events.filter(({ _id }) => !known.has(_id))
  }

  /** What another system said is no event of ours, and the cause of ours all the same. */
  async function startsOf(events: readonly Said[]): Promise<Said[]> {
    const known = new Set(events.map(({ _id }) => _id))
    const causes = events.flatMap(({ causationid = '' }) => (known.has(causationid) ? [] : [causationid]))
    const found = await intakes.find({ _id: { $in: [...new Set(causes)] } }).toArray()
    return found.flatMap(({ _id, system, appointmentId }) => {
      const effect = events.find(({ causationid }) => causationid === _id)
      if (!effect) return []
      const { correlationid, at } = effect
      return [
        { _id, type: 'intake', source: `/systems/${system}`, subject: appointmentId, correlationid, at },
      ]
    })
  }

  function storiesOf(filter: Filter<Said>): Promise<Story[]> {
    return said
      .aggregate<Story>([
        { $match: filter },
        { $sort: { correlationid: 1, at: 1, _id: 1 } },
        {
          $group: {
            _id: '$correlationid',
            startedAt: { $first: '$at' },
            startedBy: { $first: '$type' },
            events: { $sum: 1 },
          },
        },
        { $sort: { startedAt: -1, _id: 1 } },
        { $limit: mostChains },
        { $project: { _id: 0, correlationId: '$_id', startedAt: 1, startedBy: 1, events: 1 } },
      ])
      .toArray()
  }
}
