import { describe, expect, it } from 'vitest'
import { historyAccess, type RelationVisit } from './treatment-relation.ts'

const today = new Date('2026-11-30T00:00:00+05:30')
const [yesterday, later] = [new Date(today.getTime() - 1), new Date(today.getTime() + 86_400_000)]

const visit = (said: Partial<RelationVisit>): RelationVisit => ({
  status: 'booked',
  startsAt: later,
  doctor: { id: 'rao', name: 'Dr. Rao', number: 'D-rao' },
  bookedBy: 'desk',
  ...said,
})
const checked = (said: Partial<RelationVisit> = {}) =>
  visit({ status: 'checked', startsAt: yesterday, checkedBy: 'rao', ...said })

describe('what a doctor may read of a patient’s history', () => {
  it.each<[string, readonly RelationVisit[]]>([
    ['a visit that the desk booked for later', [visit({})]],
    ['a visit today, also when its hour is over', [visit({ startsAt: today })]],
    ['a visit that the patient booked', [visit({ bookedBy: 'ada' })]],
    ['a visit that another system told of and that is still to come', [told({})]],
    ['a visit that was checked, however long ago', [checked({ startsAt: new Date(0) })]],
    ['a visit of their own making that the desk checked', [checked({ bookedBy: 'rao', checkedBy: 'desk' })]],
    ['a visit that the desk booked and checked', [checked({ checkedBy: 'desk' })]],
    [
      'a visit that another system told of and the doctor checked here',
      [told({ status: 'checked', checkedBy: 'rao' })],
    ],
    ['one such visit among others', [visit({ status: 'cancelled' }), checked()]],
  ])('is all of it by %s', (_, visits) => {
    expect(historyAccess('rao', visits, today)).toBe('whole')
  })

  it.each<[string, readonly RelationVisit[]]>([
    ['the same doctor booked and checked', [checked({ bookedBy: 'rao' })]],
    ['the same other system booked and checked', [told({ status: 'checked', checkedBy: 'lis' })]],
    ['nobody wrote down who booked', [{ ...checked(), bookedBy: undefined } as never]],
  ])('is no more than the visits between the two where %s', (_, visits) => {
    expect(historyAccess('rao', visits, today)).toBe('own visits')
  })

  it.each<[string, readonly RelationVisit[]]>([
    ['there was no visit', []],
    ['they booked a stranger with themself', [visit({ bookedBy: 'rao' })]],
    [
      'the visit was cancelled, whoever had booked it',
      [visit({ status: 'cancelled' }), told({ status: 'cancelled' })],
    ],
    ['nobody knows what became of the visit', [visit({ status: 'fulfilled' as never })]],
    ['the patient did not come', [visit({ status: 'missed', startsAt: yesterday })]],
    ['the day is over and nobody checked the visit', [visit({ startsAt: yesterday })]],
    [
      'somebody else treated the patient',
      [checked({ doctor: { id: 'khan', name: 'Dr. Khan', number: 'D-khan' } })],
    ],
  ])('is nothing where %s', (_, visits) => {
    expect(historyAccess('rao', visits, today)).toBe('none')
  })
})

function told(said: Partial<RelationVisit>) {
  return visit({ bookedBy: 'lis', origin: { system: 'lis' }, ...said })
}
