import { expect, it } from 'vitest'
import { metrics } from './metrics.ts'

it('counts events by type and outcome, and work by state', async () => {
  const counted = metrics('reports')
  counted.eventHandled('report.requested', 'done', 0.02)
  counted.eventHandled('report.requested', 'done', 0.2)
  counted.workSettled('exports', 'done')

  const text = await counted.metrics()
  expect(text).toContain(
    'rounds_event_handler_duration_seconds_count{service="reports",type="report.requested",outcome="done"} 2',
  )
  expect(text).toContain('rounds_jobs_finished_total{ledger="exports",state="done",service="reports"} 1')
})

it('keeps two services in one process apart', async () => {
  const [one, other] = [metrics('gateway'), metrics('reports')]
  one.workSettled('exports', 'failed')
  expect(await other.metrics()).not.toContain('state="failed"')
})

it('looks up what is asked for at that moment, and leaves out what does not answer', async () => {
  const counted = metrics('reports')
  let unsent = 4
  counted.outboxUnsent(async () => [['exports', unsent]])
  counted.consumersPending(async () => [{ durable: 'reports-exports', pending: 3 }])
  counted.gauge('rounds_away', 'Away', 'collection', () => Promise.reject(new Error('no primary')))
  counted.gauge('rounds_hung', 'Hung', 'collection', () => new Promise(() => {}))
  const rows = counted.counter('rounds_export_rows_total', 'Rows')
  rows(200)
  rows(50)
  const fires = counted.counterBy('rounds_schedule_runs_total', 'Fires', 'outcome')
  fires('late')

  unsent = 7
  const text = await counted.metrics()

  expect(text).toContain('rounds_outbox_pending_documents{collection="exports",service="reports"} 7')
  expect(text).toContain('rounds_consumer_pending{durable="reports-exports",service="reports"} 3')
  expect(text).toContain('rounds_export_rows_total{service="reports"} 250')
  expect(text).toContain('rounds_schedule_runs_total{outcome="late",service="reports"} 1')
  expect(text).not.toMatch(/^rounds_(away|hung)\{/m)
})
