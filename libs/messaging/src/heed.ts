import { type Log, nameOfError } from '@rounds/kernel'
import { openEvent } from './open-event.ts'
import type { Parcel } from './parcel.ts'

/** Shows a parcel to a follower. Never throws: who only looks on must not disturb those who work. */
export function heed(parcel: Parcel, hearer: (event: never) => void, log: Log): void {
  const { subject } = parcel
  const decoded = openEvent(parcel)
  if ('faults' in decoded) {
    log.warn({ subject, reason: decoded.faults.join('; ') }, 'what was said is not an event of ours')
    return
  }
  try {
    hearer(decoded.event as never)
  } catch (error) {
    log.error({ subject, reason: nameOfError(error) }, 'a follower failed')
  }
}
