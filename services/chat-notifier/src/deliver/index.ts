import {
  appointmentBooked,
  appointmentCancelled,
  appointmentChecked,
  appointmentMissed,
  appointmentRescheduled,
  chatNotifierAppointmentsConsumer,
  chatNotifierSpacesConsumer,
  type PostInput,
  type PostOutcome,
  postResolved,
  spaceChanged,
  spaceTried,
} from '@rounds/contracts'
import { openLedger, sweeper } from '@rounds/ledger'
import { hears, subscription } from '@rounds/messaging'
import type { Service, ServiceModule } from '@rounds/service'
import type { ChatNotifierConfig } from '../config.ts'
import { hearAppointments } from './appointment-handlers.ts'
import { deliverToSpace } from './deliver-to-space.ts'
import { desk } from './dispatcher.ts'
import { googleChat } from './google-chat.ts'
import { mongoChatFacts } from './mongo-chat-facts.ts'
import { mongoPosts } from './mongo-posts.ts'
import { mongoSpaceCounts } from './mongo-space-counts.ts'
import { mongoSpaceBook } from './mongo-space-directory.ts'
import { mongoSpaceTurns } from './mongo-space-leases.ts'
import { postSorting } from './post-work.ts'
import { resolvePost, ringSpace, trySpace } from './space-handlers.ts'

/** The longest that one attempt may take: a space that hangs holds its own lease for so long. */
const attemptMs = 15_000

/** Posts what happened to appointments into the chat spaces whose rules name it. */
export function deliverModule(service: Service<ChatNotifierConfig>): ServiceModule {
  const { config, log, make, metrics, now, outbox, store } = service
  const { keyring, sinkOrigin, CHAT_CONCURRENCY: concurrency } = config
  if (sinkOrigin !== undefined) log.warn({ url: sinkOrigin }, 'posts to a sink as well: for development only')

  const posts = openLedger<PostInput, PostOutcome>(store, 'posts', {
    repeating: 'safe',
    ...postSorting,
    onSaid: outbox.ring,
  })
  const rows = mongoPosts(store)
  const book = mongoSpaceBook(store, now)
  const chat = googleChat({ sinkOrigin, connections: 2 * concurrency, attemptMs })
  const spaces = desk({
    posts,
    teller: deliverToSpace({
      turns: mongoSpaceTurns(store, { make, onSaid: outbox.ring }),
      posts,
      look: rows.of,
      book,
      facts: mongoChatFacts(store),
      keyring,
      sinkOrigin,
      chat,
      attemptMs,
      house: {
        publicUrl: config.PUBLIC_URL,
        hospitalName: config.HOSPITAL_NAME,
        zone: config.HOSPITAL_ZONE,
      },
      make,
      now,
      chance: Math.random,
      log,
      onSettled: (end) => metrics.workSettled('posts', 'outcome' in end ? end.outcome.kind : end.state),
    }),
    spacesWithPosts: rows.spacesWithPosts,
    concurrency,
    log,
  })
  metrics.gauge('rounds_chat_posts_open', 'Chat messages without an end, by state', 'state', rows.counts)
  metrics.gauge('rounds_chat_spaces', 'Chat spaces, by state', 'state', mongoSpaceCounts(store))

  const onAppointment = hearAppointments({ book, now, accept: spaces.accept })
  const deps = { posts, book, accept: spaces.accept, ring: spaces.ring, ringAnew: spaces.ringAnew }
  return {
    name: 'deliver',
    prepare: rows.prepare,
    outboxes: ['posts', 'spaceStates'],
    subscriptions: [
      subscription(
        chatNotifierAppointmentsConsumer,
        64,
        hears(appointmentBooked, onAppointment),
        hears(appointmentRescheduled, onAppointment),
        hears(appointmentCancelled, onAppointment),
        hears(appointmentChecked, onAppointment),
        hears(appointmentMissed, onAppointment),
      ),
      subscription(
        chatNotifierSpacesConsumer,
        16,
        hears(spaceChanged, ringSpace(deps)),
        hears(spaceTried, trySpace(deps)),
        hears(postResolved, resolvePost(deps)),
      ),
    ],
    components: [chat, spaces, sweeper(posts, { name: 'post leases', log, onReturned: spaces.ringAll })],
    progressAt: spaces.progressAt,
  }
}
