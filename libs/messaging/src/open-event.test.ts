import {
  encodeEvent,
  mailerTicksConsumer,
  reportRequested,
  reportsExportsConsumer,
  tickFired,
} from '@rounds/contracts'
import { describe, expect, it } from 'vitest'
import { requested } from '../test/bus-contract.ts'
import { eventMaker } from './event-maker.ts'
import { openEvent } from './open-event.ts'

const request = encodeEvent(requested())
const tick = encodeEvent(
  eventMaker('scheduler')(tickFired, {
    scheduleId: 'nightly',
    fireId: 'f-1',
    purpose: 'report',
    due: '2026-11-30T02:00:00Z',
    by: 'clock',
  }),
)

describe('an event is opened', () => {
  it.each([
    ['where its type travels', request, 'hospital.report.requested'],
    ['where its consumer is handed it again', request, 'replay.events.reports-exports'],
  ])('%s', (_, message, subject) => {
    expect(openEvent({ ...message, subject }, reportsExportsConsumer)).toMatchObject({
      event: { type: reportRequested.type },
    })
  })

  it('on the subject of what it is about, where it has one, and on that of nothing else', () => {
    expect(openEvent({ ...tick, subject: 'hospital.tick.nightly' }, mailerTicksConsumer)).toHaveProperty(
      'event',
    )
    expect(openEvent({ ...tick, subject: 'hospital.tick.weekly' }, mailerTicksConsumer)).toEqual({
      faults: ['/type does not travel on this subject'],
    })
  })
})

describe('an event is refused', () => {
  it.each([
    'hospital.report.cancelled',
    'hospital.appointment.checked',
    'replay.events.gateway-jobs',
    'dead.reports.report.requested',
    '_INBOX_reports.x',
  ])('on %s', (subject) => {
    expect(openEvent({ ...request, subject }, reportsExportsConsumer)).toEqual({
      faults: ['/type does not travel on this subject'],
    })
  })

  it.each([
    '/rounds/reports',
    '/rounds/mailer',
    '/rounds/provisioner',
    '/lis',
    'gateway',
    '/rounds/gateway/',
  ])('in the name of %s, which does not publish its type', (source) => {
    const message = encodeEvent({ ...requested(), source })
    expect(openEvent({ ...message, subject: 'hospital.report.requested' }, reportsExportsConsumer)).toEqual({
      faults: ['/source does not publish this type'],
    })
  })
})
