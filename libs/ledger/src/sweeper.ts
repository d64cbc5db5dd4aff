import { type Log, type Loop, pollLoop } from '@rounds/kernel'
import type { Ledger } from './ledger.ts'

/** Returns work whose lease is over to where the living find it, every few seconds. */
export function sweeper(
  ledger: Pick<Ledger<never, never>, 'sweep'>,
  options: { name: string; log: Log; everyMs?: number; onReturned?: () => void },
): Loop {
  const { name, log, everyMs = 5_000, onReturned } = options
  return pollLoop(name, log, async () => {
    const { returned, doubted } = await ledger.sweep()
    if (returned + doubted > 0) log.warn({ component: name, returned, doubted }, 'leases ran out')
    if (returned > 0) onReturned?.()
    return everyMs
  })
}
