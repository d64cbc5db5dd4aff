import { StreamIncarnation } from '@rounds/mongo'
import type { Service } from '@rounds/service'
import type { AuditModule } from '../audit/index.ts'
import type { GatewayConfig } from '../config.ts'
import type { ModuleFace } from '../http/index.ts'
import type { PeopleModule } from '../people/index.ts'
import { deadLetterCollectors } from './collectors.ts'
import { deadLetterRoutes } from './list-routes.ts'
import { deadLetterIndexes, mongoDeadLetters, replayRunIndexes } from './mongo-dead-letter-store.ts'
import { replayRoutes } from './replay-routes.ts'
import { replayer } from './replay-worker.ts'

/** Events that no consumer could take, and their replay. */
export function deadLettersModule(
  { bus, config, log, make, now, store }: Service<GatewayConfig>,
  {
    audit: { audit },
    people: { namesOf },
  }: { readonly audit: AuditModule; readonly people: Pick<PeopleModule, 'namesOf'> },
) {
  const deadLetters = mongoDeadLetters(store, () => replays.ring())
  const incarnations = (['EVENTS', 'TICKS'] as const).map(
    (stream) => new StreamIncarnation({ stream, service: 'gateway', of: 'replays', bus, store }),
  )
  const replays = replayer({ desk: deadLetters, bus, incarnations, now, log })
  const deps = { deadLetters, audit, namesOf, zone: config.HOSPITAL_ZONE }
  return {
    name: 'dead-letters',
    deadLetters,
    routes: [deadLetterRoutes(deps), replayRoutes({ ...deps, make, now })],
    collectors: deadLetterCollectors(deadLetters),
    components: [replays],
    indexes: { deadLetters: deadLetterIndexes, replayRuns: replayRunIndexes },
  } satisfies ModuleFace
}
