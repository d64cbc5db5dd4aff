import { gatewayAdvisoriesConsumer, gatewayDeadLettersConsumer } from '@rounds/contracts'
import type { BatchConsumer } from '@rounds/messaging'
import { advisoryOf, letterOf } from './dead-letter.ts'
import type { DeadLetterShelf } from './dead-letter-store.ts'

const most = 100

/** Dead letters, and what the broker says of messages that ended unhandled, come to where people look at them. */
export function deadLetterCollectors({ keep }: DeadLetterShelf): readonly BatchConsumer[] {
  return [
    {
      gatherer: gatewayDeadLettersConsumer,
      most,
      everyMs: 0,
      take: (batch) => keep(batch.map(letterOf)),
    },
    {
      gatherer: gatewayAdvisoriesConsumer,
      most,
      everyMs: 0,
      take: (batch) => keep(batch.flatMap((one) => advisoryOf(one) ?? [])),
    },
  ]
}
