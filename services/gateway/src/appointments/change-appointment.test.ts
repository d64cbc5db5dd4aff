import type { AppointmentChange } from '@rounds/contracts'
import { describe, expect, it } from 'vitest'
import { decide, signed } from './change-appointment.ts'

const zone = 'Asia/Kolkata'
const noon = new Date('2026-03-10T06:30:00Z')
const before = new Date('2026-03-10T06:00:00Z')
const after = new Date('2026-03-10T07:00:00Z')
const tomorrow = new Date('2026-03-10T18:30:00Z') // Midnight in Kolkata.

const seen: AppointmentChange = { status: 'checked', diagnosis: 'Flu', prescription: 'Rest' }
const off: AppointmentChange = { status: 'cancelled', reason: 'Travelling' }
const away: AppointmentChange = { status: 'missed' }
const moved: AppointmentChange = { startsAt: tomorrow.toISOString() }

type Standing = Parameters<typeof decide>[0]
const booked = (startsAt: Date): Standing => ({ status: 'booked', startsAt })
const checked: Standing = { status: 'checked', startsAt: before, diagnosis: 'Flu', prescription: 'Rest' }
const cancelled: Standing = { status: 'cancelled', startsAt: before }
const missed: Standing = { status: 'missed', startsAt: before }

const decision = (standing: Standing, asked: AppointmentChange, by: 'staff' | 'patient' = 'staff') =>
  decide(standing, asked, by, noon, zone)

describe('checking', () => {
  it('notes what was found, and when', () => {
    expect(decision(booked(before), { ...seen, nextVisit: '2026-04-01' })).toEqual({
      set: {
        status: 'checked',
        checkedAt: noon,
        diagnosis: 'Flu',
        prescription: 'Rest',
        nextVisit: '2026-04-01',
      },
      happened: 'checked',
    })
  })
  it('takes a patient who came early', () =>
    expect(decision(booked(after), seen)).toMatchObject({ happened: 'checked' }))
  it('refuses one whose day has not come', () => expect(decision(booked(tomorrow), seen)).toBe('too early'))
  it('takes a patient who was written off and came after all', () =>
    expect(decision(missed, seen)).toMatchObject({ happened: 'checked' }))
  it('changes nothing when the button was pressed twice', () =>
    expect(decision(checked, seen)).toBeUndefined())
  it('does not overwrite what was found', () =>
    expect(decision(checked, { ...seen, diagnosis: 'Cold' })).toBe('already checked'))
  it('refuses what was cancelled', () => expect(decision(cancelled, seen)).toBe('was cancelled'))
  it('is not for the patient', () =>
    expect(decision(booked(before), seen, 'patient')).toBe('not by the patient'))
})

describe('cancelling', () => {
  it('notes when and why', () => {
    expect(decision(booked(after), off)).toEqual({
      set: { status: 'cancelled', cancelledAt: noon, cancelReason: 'Travelling' },
      happened: 'cancelled',
    })
  })
  it('is open to the patient until it begins', () => {
    expect(decision(booked(after), off, 'patient')).toMatchObject({ happened: 'cancelled' })
    expect(decision(booked(noon), off, 'patient')).toBe('already begun')
    expect(decision(booked(noon), off, 'staff')).toMatchObject({ happened: 'cancelled' })
  })
  it('changes nothing the second time', () => expect(decision(cancelled, off)).toBeUndefined())
  it('refuses what has happened', () => {
    expect(decision(checked, off)).toBe('already checked')
    expect(decision(missed, off)).toBe('was missed')
  })
})

describe('marking as missed', () => {
  it('waits until it has begun', () => {
    expect(decision(booked(after), away)).toBe('too early')
    expect(decision(booked(noon), away)).toEqual({ set: { status: 'missed' }, happened: 'missed' })
  })
  it('changes nothing the second time', () => expect(decision(missed, away)).toBeUndefined())
  it('refuses who was seen or cancelled', () => {
    expect(decision(checked, away)).toBe('already checked')
    expect(decision(cancelled, away)).toBe('was cancelled')
  })
  it('is not for the patient', () =>
    expect(decision(booked(before), away, 'patient')).toBe('not by the patient'))
})

describe('rescheduling', () => {
  it('moves what is booked, also what was forgotten', () => {
    expect(decision(booked(before), moved)).toEqual({ set: { startsAt: tomorrow }, happened: 'rescheduled' })
  })
  it('changes nothing when it is there already', () =>
    expect(decision(booked(tomorrow), moved)).toBeUndefined())
  it('refuses the past, and what is no moment', () => {
    expect(decision(booked(after), { startsAt: before.toISOString() })).toBe('in the past')
    expect(decision(booked(after), { startsAt: '2026-06-30T23:59:60Z' })).toBe('in the past')
  })
  it('refuses what is over', () => {
    expect(decision(checked, moved)).toBe('already checked')
    expect(decision(cancelled, moved)).toBe('was cancelled')
    expect(decision(missed, moved)).toBe('was missed')
  })
  it('is not for the patient', () =>
    expect(decision(booked(after), moved, 'patient')).toBe('not by the patient'))
})

describe('who answers for a change', () => {
  const rao = { role: 'doctor', personId: 'rao' } as const
  const yesterday = new Date('2026-03-09T18:00:00Z')
  const nextWeek = { startsAt: new Date('2026-03-17T06:30:00Z') }

  it('is noted with a check', () =>
    expect(signed({ status: 'checked' }, { startsAt: before }, rao, noon, zone)).toEqual({
      status: 'checked',
      checkedBy: 'rao',
    }))
  it('is the doctor who takes a visit of a day that is over to another one: that is a new booking', () =>
    expect(signed(nextWeek, { startsAt: yesterday }, rao, noon, zone)).toEqual({
      ...nextWeek,
      bookedBy: 'rao',
    }))
  it('stays whoever booked it, where a doctor moves what is still to come today', () =>
    expect(signed(nextWeek, { startsAt: before }, rao, noon, zone)).toEqual(nextWeek))
  it('stays whoever booked it, where the desk moves it', () => {
    const desk = { role: 'admin', personId: 'asha' } as const
    expect(signed(nextWeek, { startsAt: yesterday }, desk, noon, zone)).toEqual(nextWeek)
  })
})
