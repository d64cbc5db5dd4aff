import { expect, it } from 'vitest'
import { metrics } from './metrics.ts'

it('counts events by type and outcome, work by state, and what waits in an outbox', async () => {
  const counted = metrics('reports')
  counted.eventHandled('report.requested', 'done', 0.02)
  counted.eventHandled('report.requested', 'done', 0.2)
  counted.workSettled('exports', 'done')
  counted.outboxUnsent('exports', 4)

  const text = await counted.metrics()
  expect(text).toContain(
    'rounds_event_handler_seconds_count{service="reports",type="report.requested",outcome="done"} 2',
  )
  expect(text).toContain('rounds_work_settled_total{ledger="exports",state="done",service="reports"} 1')
  expect(text).toContain('rounds_outbox_unsent{collection="exports",service="reports"} 4')
})

it('keeps two services in one process apart', async () => {
  const [one, other] = [metrics('gateway'), metrics('reports')]
  one.workSettled('exports', 'failed')
  expect(await other.metrics()).not.toContain('state="failed"')
})
