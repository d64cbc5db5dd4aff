import { eventually, every } from '@rounds/kernel'
import type { Service } from '@rounds/service'
import type { AuditModule } from '../audit/index.ts'
import type { GatewayConfig } from '../config.ts'
import { isDatabaseError, type ModuleFace } from '../http/index.ts'
import { takingEvents } from './accept-event.ts'
import { intakeAsked, intakeHeard, requestsHeard } from './event-handlers.ts'
import { EventTurns } from './event-rate.ts'
import { eventRoutes } from './event-routes.ts'
import { intakeIndexes, mongoEventResults, mongoIntake, mongoSystems } from './mongo-intake.ts'
import { eventResultRoutes } from './result-routes.ts'
import { listening } from './subscriptions.ts'
import { systemRoutes } from './system-routes.ts'

/** Other hospital systems: who they are, what they publish, and what became of it. */
export function externalSystemsModule(
  { bus, config, log, make, now, outbox, store }: Service<GatewayConfig>,
  { audit: { audit, keys } }: { readonly audit: AuditModule },
) {
  const systems = mongoSystems(store)
  const intake = mongoIntake(store, now, outbox.ring, keys)
  const longestVisitMinutes = config.VISIT_MINUTES_LIMIT
  const take = takingEvents({ intake, longestVisitMinutes, make, now })
  const turns = new EventTurns(config.EVENTS_PER_MINUTE)
  const answer = intakeAsked({ take, systemBy: systems.by, turns, now })
  const listen = listening({
    systems: systems.all,
    subscriptionOf: (system) =>
      intakeHeard(system, { take, systemBy: systems.by, isDatabaseError, bus, turns }),
    bus,
    log,
    now,
  })
  return {
    name: 'external-systems',
    resolveSystem: systems.behind,
    routes: [
      eventRoutes({ intake, longestVisitMinutes, make, now, eventsPerMinute: config.EVENTS_PER_MINUTE }),
      eventResultRoutes({ eventResults: mongoEventResults(store) }),
      systemRoutes({ systems, audit, now }),
    ],
    components: [
      every('systems', 2_000, listen, log),
      eventually('requests', () => bus.serve(requestsHeard, 16, answer), log),
    ],
    indexes: intakeIndexes,
  } satisfies ModuleFace
}
