import type { Subscription } from './subscription.ts'

/** One line of what a service hears. */
export interface ConsumerRow {
  readonly type: string
  readonly handler: string
  readonly durable: string
  readonly concurrency: number
}

/** What a service hears, for it to print at start. Throws when that is nothing: such a service is mounted wrongly. */
export function consumerTable(subscriptions: readonly Subscription[]): readonly ConsumerRow[] {
  const table = subscriptions.flatMap(({ consumer, concurrency, handlers }) =>
    Array.from(handlers, ([type, handler]) => ({
      type,
      handler: handler.name || 'handler',
      durable: consumer.durable,
      concurrency,
    })),
  )
  if (table.length === 0) throw new Error('a service without handlers: it would start and hear nothing')
  return table
}
