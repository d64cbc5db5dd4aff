import type { AuditMessage } from '@rounds/messaging'
import type { Head, Pruned } from './audit-chain.ts'

/** What the stream of heads says, by its subjects. Nothing where there is no stream. */
export function statementsIn(messages: readonly AuditMessage[] | undefined) {
  if (!messages) return undefined
  const under = (start: string) =>
    messages.filter(({ subject }) => subject.startsWith(start)).map(({ body }) => body)
  return { heads: under('audit.head.') as Head[], pruned: under('audit.pruned.') as Pruned[] }
}
