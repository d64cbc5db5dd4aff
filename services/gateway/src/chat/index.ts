export type { ChatHub } from './live-chat.ts'

import type { Service } from '@rounds/service'
import type { AppointmentsModule } from '../appointments/index.ts'
import type { AuditModule } from '../audit/index.ts'
import type { GatewayConfig } from '../config.ts'
import { holdNames, type ModuleFace } from '../http/index.ts'
import type { PeopleModule } from '../people/index.ts'
import { chatOfAppointments } from './appointment-chat.ts'
import { chatHub } from './live-chat.ts'
import { mongoPosts } from './mongo-posts.ts'
import { mongoSpaces, spaceIndexes } from './mongo-spaces.ts'
import { postRoutes } from './post-routes.ts'
import { previewChat } from './preview-route.ts'
import { spaceActionRoutes } from './space-action-routes.ts'
import { spaceRoutes } from './space-routes.ts'

export type ChatModule = ReturnType<typeof chatModule>

/** Chat spaces, the messages posted there, and what was told of each appointment. */
export function chatModule(
  { bus, config, log, make, now, outbox, store }: Service<GatewayConfig>,
  {
    audit: { audit },
    people: { namesOf },
    appointments: { appointments },
  }: {
    readonly audit: AuditModule
    readonly people: PeopleModule
    readonly appointments: AppointmentsModule
  },
) {
  const spaces = mongoSpaces(store, now, outbox.ring)
  const posts = mongoPosts(store, now, outbox.ring)
  const ofAppointments = chatOfAppointments({ posts, spaces })
  const live = chatHub({ bus, doctorsOf: appointments.doctorsOf, chatOf: ofAppointments.of, log })
  const keeping = {
    spaces,
    posts,
    audit,
    make,
    now,
    keyring: config.keyring,
    chatSinkOrigin: config.chatSinkOrigin,
    namesOf,
  }

  return {
    name: 'chat',
    ofAppointments,
    live,
    routes: [
      spaceRoutes(keeping),
      spaceActionRoutes(keeping),
      previewChat({
        publicUrl: config.PUBLIC_URL,
        hospital: config.HOSPITAL_NAME,
        zone: config.HOSPITAL_ZONE,
      }),
      postRoutes({ posts, spaces, appointments, make, audit, now }),
    ],
    afterIndexes: () => holdNames(store, 'spaces'),
    components: [live],
    indexes: { spaces: spaceIndexes },
    outboxes: ['spaces', 'postResolutions'],
  } satisfies ModuleFace
}
