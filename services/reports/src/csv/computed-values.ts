import { deliveryStateOf } from '@rounds/contracts/delivery-state'

/** A value that stands in no field but is made of some. */
interface ComputedValue {
  /** Top-level fields that it is made of. */
  readonly from: readonly string[]
  /** Whatever stands in these fields: a value that makes no sense is written, or empty, and never an end of the file. */
  readonly of: (row: Readonly<Record<string, unknown>>) => unknown
}

const computed = {
  deliveryState: {
    from: ['state', 'outcome'],
    of: (row) => deliveryStateOf(row as Parameters<typeof deliveryStateOf>[0]),
  },

  /** Of the appointments that were not cancelled, to one decimal, as the monthly mail says it; of none there is no rate. */
  noShowPercent: {
    from: ['appointments', 'cancelled', 'missed'],
    of: ({ appointments, cancelled, missed }) => {
      const expected = Number(appointments) - Number(cancelled)
      return expected > 0 ? Math.round((Number(missed) * 1_000) / expected) / 10 : undefined
    },
  },
} as const satisfies Readonly<Record<string, ComputedValue>>

export type ComputedName = keyof typeof computed

/** Every computed value there is. This file stays light: each thread that encodes loads it. */
export const computedValues: Readonly<Record<ComputedName, ComputedValue>> = computed
