import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Flow } from './flow-liveness.ts'

/** Numbers that every service counts alike. Labels are types and states, never identifiers: each value is a series. */
export interface Metrics {
  readonly contentType: string
  /** Everything in Prometheus' text form. */
  metrics(): Promise<string>
  /** One event handled: how it ended, and how long its handler took. */
  eventHandled(type: string, outcome: string, seconds: number): void
  /** One piece of work settled. */
  workSettled(ledger: string, state: string): void
  /** Looks up how many documents of each collection have something unsaid. */
  outboxUnsent(read: Reading): void
  /** Looks up how much waits for each consumer. */
  consumersPending(flows: () => Promise<readonly Pick<Flow, 'durable' | 'pending'>[]>): void
  /** What only one service counts. */
  counter(name: string, help: string): (by: number) => void
  /** The same, told apart by one label. */
  counterBy(name: string, help: string, label: string): (of: string) => void
  /** What is looked up at the moment of asking, one value per label. While that fails there is no value. */
  gauge(name: string, help: string, label: string, read: Reading): void
}

type Values = Iterable<readonly [label: string, value: number]>
export type Reading = () => Values | Promise<Values>

// Whoever scrapes must get the other numbers also while a broker or a database does not answer.
const readWithinMs = 2_000

/** A registry of its own per call, so that several services may live in one test. */
export function metrics(service: string): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
  const registers = [registry]

  const handled = new Histogram({
    name: 'rounds_event_handler_duration_seconds',
    help: 'Time a handler took for one event; its count is the number of events',
    labelNames: ['type', 'outcome'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2, 10, 30],
    registers,
  })
  const settled = new Counter({
    name: 'rounds_jobs_finished_total',
    help: 'Pieces of work by how they ended',
    labelNames: ['ledger', 'state'],
    registers,
  })

  function gauge(name: string, help: string, label: string, read: Reading): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      async collect() {
        const values = await inTime(read)
        this.reset()
        for (const [of, value] of values) this.set({ [label]: of }, value)
      },
    })
  }

  return {
    contentType: registry.contentType,
    metrics: () => registry.metrics(),
    eventHandled: (type, outcome, seconds) => handled.observe({ type, outcome }, seconds),
    workSettled: (ledger, state) => settled.inc({ ledger, state }),
    outboxUnsent: (read) =>
      gauge('rounds_outbox_pending_documents', 'Documents with something unsaid', 'collection', read),
    consumersPending: (flows) =>
      gauge('rounds_consumer_pending', 'Events that wait for a consumer', 'durable', async () =>
        (await flows()).map(({ durable, pending }) => [durable, pending] as const),
      ),
    counter(name, help) {
      const counter = new Counter({ name, help, registers })
      return (by) => counter.inc(by)
    },
    counterBy(name, help, label) {
      const counter = new Counter({ name, help, labelNames: [label], registers })
      return (of) => counter.inc({ [label]: of })
    },
    gauge,
  }
}

async function inTime(read: Reading): Promise<Values> {
  const late = Promise.withResolvers<Values>()
  const timer = setTimeout(() => late.resolve([]), readWithinMs)
  try {
    return await Promise.race([read(), late.promise])
  } catch {
    return []
  } finally {
    clearTimeout(timer)
  }
}
