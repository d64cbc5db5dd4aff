import { type Delivery, type DeliveryBounce, deliveryStateOf } from '@rounds/contracts'
import type { Principal } from '../http/index.ts'
import type { KeptDelivery } from './deliveries.ts'
import { reasonInWords, waitInWords } from './failure-reasons.ts'

/** The delivery as this principal is shown it: ops sees neither names nor addresses, a recipient not who settled it. */
export function deliveryView(
  { _id, input, outcome, lane, history = [], ...work }: KeptDelivery,
  { role }: Pick<Principal, 'role'>,
): Delivery {
  const state = deliveryStateOf({ state: work.state, ...(outcome ? { outcome } : {}) })
  const { kind, id, name } = input.recipient
  const waitsFor = lane === 'held' ? 'paused' : history.findLast(({ reason }) => reason !== undefined)?.reason
  return {
    deliveryId: _id,
    state,
    batchId: input.batchId,
    batch: input.batch,
    lane: input.lane,
    purpose: input.purpose,
    template: input.template,
    recipient: { kind, id, ...(role === 'ops' ? {} : { name }) },
    ...(role === 'admin' && outcome?.to ? { to: outcome.to } : {}),
    // An author's subject may have been filled with something about its reader.
    ...(role !== 'ops' && outcome?.subject ? { subject: outcome.subject } : {}),
    ...(outcome?.code ? { code: outcome.code, reason: reasonInWords(outcome.code) } : {}),
    ...(state === 'waiting' && waitsFor !== undefined ? { reason: waitInWords(waitsFor) } : {}),
    ...(outcome?.reply ? { reply: { ...outcome.reply } } : {}),
    attempts: work.attempts,
    ...(state === 'waiting' ? { nextAttemptAt: work.nextAttemptAt.toISOString() } : {}),
    acceptedAt: work.acceptedAt.toISOString(),
    ...(work.settledAt ? { settledAt: work.settledAt.toISOString() } : {}),
    decisions: (outcome?.decisions ?? []).map(({ at, ...decision }) => ({
      ...decision,
      at: at.toISOString(),
    })),
    ...(outcome?.resolved && role !== 'patient' && role !== 'doctor'
      ? { resolved: { ...outcome.resolved, at: outcome.resolved.at.toISOString() } }
      : {}),
    ...(outcome?.bounce ? { bounce: bounceView(outcome.bounce) } : {}),
    ...(outcome?.kind === 'merged' && outcome.digestId ? { digestId: outcome.digestId } : {}),
    ...(state === 'sent' && outcome?.listed ? { listed: outcome.listed.length } : {}),
  }
}

const bounceView = ({ kind, at, status }: DeliveryBounce) => ({
  kind,
  at: at.toISOString(),
  ...(status === undefined ? {} : { status }),
})
