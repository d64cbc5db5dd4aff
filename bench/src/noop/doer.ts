import {
  type ReportRequested,
  reportCancelled,
  reportCompleted,
  reportRequested,
  reportsExportsConsumer,
} from '@rounds/contracts'
import { openLedger, sweeper, workers } from '@rounds/ledger'
import { connectTo, done, eventMaker, hears, jetstreamBus, subscription } from '@rounds/messaging'
import { mongoStore, outboxRelay, StreamIncarnation, type WithOutbox } from '@rounds/mongo'
import { answering } from '../../peers/node/answering.mjs'
import { errorOutput as log, nowMs, type Servers } from './log.ts'
import { untilSaid } from './until-said.ts'

const ledgerName = 'noops'

/** The other half: what is heard is written down, claimed, done by doing nothing, and said to be done. */
async function openShop({ mongoUrl, natsUrl, natsPassword }: Servers) {
  const make = eventMaker('reports')
  const store = mongoStore(mongoUrl, { appName: 'doer' })
  const connection = await connectTo({ url: natsUrl, user: 'reports', password: natsPassword, log })
  const bus = jetstreamBus(connection, { log })
  const outboxes = [store.collection<WithOutbox>(ledgerName)]
  const incarnation = new StreamIncarnation({ stream: 'EVENTS', service: 'reports', bus, store })
  const relay = outboxRelay({ name: 'outbox', collections: outboxes, bus, incarnation, log })
  const ledger = openLedger<ReportRequested, string>(store, ledgerName, {
    repeating: 'safe',
    onSaid: relay.ring,
  })

  let waitsMs: number[] = []
  let settled = 0
  let reached = () => {}
  const hands = workers<ReportRequested, string>(ledger, {
    name: 'noops',
    concurrency: 128,
    deadlineMs: 60_000,
    perform: async ({ key: reportId, input }) => {
      waitsMs.push(nowMs() - Number(input.data.parameters.at))
      const nothing = { file: 'none', rows: 0, rowsSkipped: 0, bytes: 0, sha256: '0'.repeat(64) }
      const at = new Date().toISOString()
      const says = [make(reportCompleted, { reportId, ...nothing, snapshotTime: at, expiresAt: at }, input)]
      return { state: 'done', outcome: 'nothing', says }
    },
    onSpent: () => ({ state: 'failed', outcome: 'spent', says: [] }),
    onSettled: () => {
      settled += 1
      reached()
    },
    log,
  })
  await store.start()
  await Promise.all([relay.start(), hands.start(), sweeper(ledger, { name: 'leases', log }).start()])
  await bus.subscribe(
    subscription(
      reportsExportsConsumer,
      128,
      hears(reportRequested, async (event) => {
        await hands.accept(event.data.reportId, event)
        return done
      }),
      hears(reportCancelled, async () => done),
    ),
  )

  return {
    said: () => untilSaid(store.collection<WithOutbox>(ledgerName)),

    /** Answers once that many more are settled. */
    async settled(count: number) {
      await new Promise<void>((resolve) => {
        reached = () => settled >= count && resolve()
        reached()
      })
      const answer = { finishedAt: nowMs(), waitsMs }
      waitsMs = []
      settled -= count
      return answer
    },

    /** Adds work that is due tomorrow: copies of one that was put back there by the ledger itself. */
    async crowd(count: number, example: ReportRequested) {
      await hands.stop()
      const key = 'waits-0'
      await ledger.accept(key, example)
      const claim = await ledger.claim(key)
      await claim?.settle({ state: 'waiting', reason: 'tomorrow', afterMs: 24 * 3_600_000 })
      const documents = store.collection<{ _id: string }>(ledgerName)
      const original = await documents.findOne({ _id: key })
      if (!original) throw new Error('the ledger forgot what it was told')
      const perWrite = 10_000
      for (let next = 1; next < count; next += perWrite) {
        const copies = Array.from({ length: Math.min(perWrite, count - next) }, (_, place) => ({
          ...original,
          _id: `waits-${next + place}`,
        }))
        await documents.insertMany(copies, { ordered: false })
      }
      await hands.start()
    },
  }
}

let shop: Awaited<ReturnType<typeof openShop>> | undefined

type Question =
  | { readonly open: Servers }
  | { readonly count: number }
  | { readonly crowd: number }
  | { readonly said: true }

await answering(async (question: Question) => {
  if ('open' in question) shop = await openShop(question.open)
  if (!shop) throw new Error('not open')
  if ('said' in question) await shop.said()
  if ('crowd' in question) await shop.crowd(question.crowd, example())
  return 'count' in question ? shop.settled(question.count) : {}
})

function example(): ReportRequested {
  const data = {
    reportId: 'waits',
    report: 'noop',
    parameters: { at: String(nowMs()) },
    flavour: 'standard',
    gzip: false,
    requestedBy: 'bench',
    role: 'admin',
  } as const
  return eventMaker('gateway')(reportRequested, data)
}
