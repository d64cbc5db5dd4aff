import { describe, expect, it } from 'vitest'
import { emptyCampaign } from '../campaigns/campaign-form.ts'
import { emptySchedule, type ScheduleForm, scheduleBodyOf, scheduleFaultOf } from './schedule-form.ts'

const form = (part: Partial<ScheduleForm>): ScheduleForm => ({
  ...emptySchedule('Asia/Kolkata'),
  name: 'Morning',
  ...part,
})

describe('what a filled form asks for', () => {
  it('carries only what its purpose knows', () => {
    const filled = { offsets: ['day-before' as const], report: 'appointments', recipients: 'adm-1' }
    expect(scheduleBodyOf(form({ ...filled, purpose: 'daily-reminders' })).parameters).toEqual({
      offsets: ['day-before'],
    })
    expect(scheduleBodyOf(form({ ...filled, purpose: 'monthly-activity' })).parameters).toEqual({})
  })

  it('takes recipients however they are separated', () => {
    const asked = form({ purpose: 'report', report: 'appointments', recipients: ' adm-1,adm-2  adm-3,' })
    expect(scheduleBodyOf(asked).parameters).toEqual({
      report: 'appointments',
      recipients: ['adm-1', 'adm-2', 'adm-3'],
    })
  })

  it('keeps blanks around the expression to itself', () => {
    expect(scheduleBodyOf(form({ expression: ' 30 7 * * * ' })).expression).toBe('30 7 * * *')
  })
})

describe('what keeps a form from being sent', () => {
  it.each([
    ['needName', form({ name: ' ' })],
    ['needOffset', form({ offsets: [] })],
    ['needReport', form({ purpose: 'report' })],
    ['needCampaign', form({ purpose: 'campaign', campaign: emptyCampaign })],
    [undefined, form({ purpose: 'monthly-activity', offsets: [] })],
  ] as const)('%s', (fault, filled) => {
    expect(scheduleFaultOf(filled)).toBe(fault)
  })
})
