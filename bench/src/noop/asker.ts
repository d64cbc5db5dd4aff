import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { reportRequested } from '@rounds/contracts'
import { connectTo, eventMaker, jetstreamBus } from '@rounds/messaging'
import {
  groupedInserts,
  mongoStore,
  outboxOf,
  outboxRelay,
  StreamIncarnation,
  type WithOutbox,
} from '@rounds/mongo'
import { answering } from '../../peers/node/answering.mjs'
import { errorOutput as log, nowMs, type Servers } from './log.ts'
import { untilSaid } from './until-said.ts'

/** Half the product with its HTTP door taken off: asks are written down with their events, and a relay says them. */
async function openDesk({ mongoUrl, natsUrl, natsPassword }: Servers) {
  const make = eventMaker('gateway')
  const store = mongoStore(mongoUrl, { appName: 'asker' })
  const connection = await connectTo({ url: natsUrl, user: 'gateway', password: natsPassword, log })
  const asks = store.collection<WithOutbox & { _id: string }>('asks')
  const insert = groupedInserts(asks)
  const bus = jetstreamBus(connection, { log })
  const incarnation = new StreamIncarnation({ stream: 'EVENTS', service: 'gateway', bus, store })
  const relay = outboxRelay({
    name: 'outbox',
    collections: [store.collection<WithOutbox>('asks')],
    bus,
    incarnation,
    log,
  })
  await store.start()
  await relay.start()

  async function submit() {
    const reportId = randomUUIDv7()
    const event = make(reportRequested, {
      reportId,
      report: 'noop',
      parameters: { at: String(nowMs()) },
      flavour: 'standard',
      gzip: false,
      requestedBy: 'bench',
      role: 'admin',
    })
    const ask = { _id: reportId, ...outboxOf([event], new Date()) }
    await insert(ask)
    relay.hand(asks, ask)
  }
  return { submit, said: () => untilSaid(asks) }
}

let desk: Awaited<ReturnType<typeof openDesk>> | undefined

type Question =
  | { readonly open: Servers }
  | { readonly count: number; readonly perSecond?: number }
  | { readonly said: true }

/** Submits so many, 256 at a time or at a steady rate; answers when the last one is on disk. */
await answering(async (question: Question) => {
  if ('open' in question) desk = await openDesk(question.open)
  if (!desk) throw new Error('not open')
  if ('said' in question) await desk.said()
  if (!('count' in question)) return {}

  const { submit } = desk
  const { count, perSecond } = question
  const startedAt = nowMs()
  if (perSecond === undefined) {
    let left = count
    const asker = async () => {
      while (left-- > 0) await submit()
    }
    await Promise.all(Array.from({ length: 256 }, asker))
    return { startedAt }
  }
  const going: Promise<void>[] = []
  for (let place = 0; place < count; place++) {
    const early = startedAt + (place / perSecond) * 1_000 - nowMs()
    if (early > 0) await sleep(early)
    going.push(submit())
  }
  await Promise.all(going)
  return { startedAt }
})
