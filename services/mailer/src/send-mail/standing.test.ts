import type { AppointmentDocument, DeliveryInput } from '@rounds/contracts'
import { anAppointment } from '@rounds/testing'
import { expect, it } from 'vitest'
import { aReminder } from '../../test/wanted.ts'
import { outdated } from './standing.ts'

const now = new Date('2026-11-25T06:00:00Z')
const later = new Date('2026-11-25T09:00:00Z')
const input: DeliveryInput = { ...aReminder, purpose: 'care', templateVersion: 1 }

it.each<[string, Partial<AppointmentDocument>, string | undefined, string?]>([
  ['a visit that is as it was is mailed about', {}, undefined],
  ['one that was called off is not', { status: 'cancelled', version: 2 }, 'APPOINTMENT_CANCELLED'],
  ['one that was moved has a mail of its own', { version: 2 }, 'APPOINTMENT_CHANGED'],
  ['one that is over is not reminded of', { startsAt: now }, 'APPOINTMENT_OVER'],
  [
    'calling off is told, however late',
    { status: 'cancelled', startsAt: now },
    undefined,
    'appointment-cancelled',
  ],
  ['calling off is not told of a visit that takes place', {}, 'APPOINTMENT_CHANGED', 'appointment-cancelled'],
])('%s', (_, said, expected, template = 'visit-reminder') => {
  const appointment = anAppointment({ fee: '1', startsAt: later, ...said })
  const facts = { ...known, recipient: { name: 'Ada', isActive: true }, appointment }
  expect(outdated({ ...input, template }, facts, now)).toBe(expected)
})

it('knows whoever is gone, and whatever is', () => {
  const recipient = { name: 'Ada', isActive: true }
  expect(outdated(input, known, now)).toBe('NO_SUCH_PERSON')
  expect(outdated(input, { ...known, recipient: { ...recipient, isActive: false } }, now)).toBe('NOT_ACTIVE')
  expect(outdated(input, { ...known, recipient }, now)).toBe('APPOINTMENT_GONE')
})

const known = { consent: { care: true, administrative: true, marketing: true }, recentlySent: [] }
