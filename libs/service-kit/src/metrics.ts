import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Numbers that every service counts alike. Labels are types and states, never identifiers: each value is a series. */
export interface Metrics {
  readonly contentType: string
  /** Everything in Prometheus' text form. */
  metrics(): Promise<string>
  /** One event handled: how it ended, and how long its handler took. */
  eventHandled(type: string, outcome: string, seconds: number): void
  /** Events a collection holds that the stream has not taken yet. */
  outboxUnsent(collection: string, count: number): void
  /** One piece of work settled. */
  workSettled(ledger: string, state: string): void
  /** For what only one service counts. */
  readonly registry: Registry
}

/** A registry of its own per call, so that several services may live in one test. */
export function metrics(service: string): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
  const registers = [registry]

  const handled = new Histogram({
    name: 'rounds_event_handler_seconds',
    help: 'Time a handler took for one event; its count is the number of events',
    labelNames: ['type', 'outcome'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2, 10, 30],
    registers,
  })
  const unsent = new Gauge({
    name: 'rounds_outbox_unsent',
    help: 'Events written down and not yet in the stream',
    labelNames: ['collection'],
    registers,
  })
  const settled = new Counter({
    name: 'rounds_work_settled_total',
    help: 'Pieces of work by how they ended',
    labelNames: ['ledger', 'state'],
    registers,
  })

  return {
    contentType: registry.contentType,
    metrics: () => registry.metrics(),
    eventHandled: (type, outcome, seconds) => handled.observe({ type, outcome }, seconds),
    outboxUnsent: (collection, count) => unsent.set({ collection }, count),
    workSettled: (ledger, state) => settled.inc({ ledger, state }),
    registry,
  }
}
