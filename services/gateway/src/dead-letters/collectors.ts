import { gatewayGathersAdvisories, gatewayGathersDeadLetters } from '@rounds/contracts'
import type { Gathering } from '@rounds/messaging'
import { advisoryOf, letterOf } from './dead-letter.ts'
import type { DeadLetterShelf } from './dead-letter-store.ts'

const most = 100

/** Dead letters, and what the broker says of messages that ended unhandled, come to where people look at them. */
export function deadLettersGathered({ keep }: DeadLetterShelf): readonly Gathering[] {
  return [
    {
      gatherer: gatewayGathersDeadLetters,
      most,
      everyMs: 0,
      take: (batch) => keep(batch.map(letterOf)),
    },
    {
      gatherer: gatewayGathersAdvisories,
      most,
      everyMs: 0,
      take: (batch) => keep(batch.flatMap((one) => advisoryOf(one) ?? [])),
    },
  ]
}
