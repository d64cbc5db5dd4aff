import { describe, expect, it } from 'vitest'
import { deliveryStateOf } from './delivery-state.ts'
import type { DeliveryOutcome } from './mail-collections.ts'
import { deliveriesIn, type Filter, peopleOf } from './mail-filters.ts'
import { deliveryState } from './mail-words.ts'

const states = deliveryState.anyOf.map(({ const: state }) => state)
const works = ['waiting', 'claimed', 'sending', 'in doubt', 'cancelled', 'done', 'failed', 'expired'].flatMap(
  (state) =>
    [undefined, 'sent', 'merged', 'suppressed', 'failed', 'in doubt', 'cancelled'].map((kind) => ({
      state,
      ...(kind ? { outcome: { kind: kind as DeliveryOutcome['kind'] } } : {}),
    })),
)
const isOpen = (state: string) => ['waiting', 'claimed', 'sending'].includes(state)

describe('where deliveries stand', () => {
  it.each(works.filter(({ state, outcome }) => !isOpen(state) || !outcome))(
    'is asked of the database as it is told of one: $state $outcome.kind',
    (work) => {
      expect(states.filter((state) => matches(deliveriesIn(state), work))).toEqual([deliveryStateOf(work)])
    },
  )
})

describe('whom an audience is made of', () => {
  it('asks for no appointment where nothing is said of one', () => {
    expect(peopleOf({ kind: 'people', role: 'patient' }, {})).toEqual({
      people: { kind: 'patient', active: true },
    })
  })

  it('leaves out who has only a cancelled appointment', () => {
    const since = new Date(0)
    expect(peopleOf({ kind: 'people', role: 'patient', doctorId: 'rao' }, { since }).visits).toEqual({
      status: { $ne: 'cancelled' },
      'doctor.id': 'rao',
      startsAt: { $gte: since },
    })
  })

  it('looks for doctors where they work', () => {
    expect(peopleOf({ kind: 'people', role: 'doctor', departmentId: 'heart', language: 'hi' }, {})).toEqual({
      people: { kind: 'doctor', active: true, departmentId: 'heart', language: 'hi' },
    })
  })
})

/** As much of MongoDB's matching as these filters use. */
function matches(filter: Filter, work: (typeof works)[number]): boolean {
  return Object.entries(filter).every(([field, wanted]) => {
    if (field === '$or') return (wanted as Filter[]).some((one) => matches(one, work))
    const value = field === 'state' ? work.state : work.outcome?.kind
    if (typeof wanted === 'string') return value === wanted
    const { $in, $nin } = wanted as { $in?: unknown[]; $nin?: unknown[] }
    return ($in?.includes(value) ?? true) && !($nin?.includes(value) ?? false)
  })
}
