import { type DeliveryInput, type DeliveryOutcome, mailDoubted } from '@rounds/contracts'
import type { Resolution } from '@rounds/ledger'
import type { MakeEvent } from '@rounds/messaging'
import type { DeliveryLedger } from '../delivery-work.ts'

/** A delivery whose worker vanished, or heard nothing, once the mail may have left. */
export interface Doubt {
  readonly key: string
  readonly input: DeliveryInput
  readonly outcome?: DeliveryOutcome
  /** How often that happened to it. */
  readonly interruptions: number
  readonly cancelAsked: boolean
}

export interface SettleDoubtsDeps {
  readonly ledger: Pick<DeliveryLedger, 'resolve'>
  /** Those about which nobody has decided. */
  readonly undecided: () => Promise<readonly Doubt[]>
  readonly inDoubt: (template: string) => 'resend' | 'hold'
  readonly make: MakeEvent
}

/** Applies each template's policy: once more where missing is worse than twice, and otherwise a person decides. */
export function resolveInDoubt({ ledger, undecided, inDoubt, make }: SettleDoubtsDeps) {
  return async () => {
    const doubts = await undecided()
    await Promise.all(
      doubts.map((doubt) =>
        ledger.resolve(
          doubt.key,
          byPolicy(doubt, inDoubt(doubt.input.template), make),
          `interruption-${doubt.interruptions}`,
        ),
      ),
    )
    return doubts.length
  }
}

/** Pure. The same mail is sent again once, under the same id, and not when it was called off meanwhile. */
export function byPolicy(
  doubt: Doubt,
  policy: 'resend' | 'hold',
  make: MakeEvent,
): Resolution<DeliveryOutcome> {
  const { key, input, outcome = { decisions: [] }, interruptions, cancelAsked } = doubt
  if (policy === 'resend' && interruptions <= 1 && !cancelAsked) {
    const { code: _, ...rest } = { code: undefined, ...outcome }
    return { state: 'waiting', outcome: { ...rest, kind: 'in doubt' }, says: [] }
  }
  const data = { deliveryId: key, batchId: input.batchId, template: input.template }
  return {
    state: 'in doubt',
    outcome: { ...outcome, kind: 'in doubt', code: 'BROKE_OFF' },
    says: [make(mailDoubted, data, input.cause)],
  }
}
