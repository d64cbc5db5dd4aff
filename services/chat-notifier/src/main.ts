import {
  appointmentBooked,
  appointmentCancelled,
  appointmentChecked,
  appointmentMissed,
  appointmentRescheduled,
  chatNotifierHearsAppointments,
  chatNotifierHearsSpaces,
  type PostInput,
  type PostOutcome,
  postResolved,
  spaceChanged,
  spaceTried,
} from '@rounds/contracts'
import { eventually } from '@rounds/kernel'
import { openLedger, sweeper } from '@rounds/ledger'
import {
  connectTo,
  eventMaker,
  hearingTable,
  hears,
  jetstreamBus,
  lateBus,
  subscription,
} from '@rounds/messaging'
import { mongoStore, outboxBacklog, outboxRelay, StreamIncarnation, type WithOutbox } from '@rounds/mongo'
import { flowLiveness, logger, metrics, opsServer, program, runUntilStopped } from '@rounds/service'
import { loadConfig } from './config.ts'
import { googleChat } from './google-chat.ts'
import { hearAppointments } from './hear-appointments/hear-appointments.ts'
import { resolvePost, ringSpace, trySpace } from './hear-spaces/hear-spaces.ts'
import { mongoChatFacts } from './mongo-chat-facts.ts'
import { mongoPosts } from './mongo-posts.ts'
import { mongoSpaceBook } from './mongo-space-book.ts'
import { mongoSpaceCounts } from './mongo-space-counts.ts'
import { mongoSpaceTurns } from './mongo-space-turns.ts'
import { postSorting } from './post-work.ts'
import { desk } from './tell-spaces/desk.ts'
import { tellSpace } from './tell-spaces/tell-space.ts'

/** The longest that one attempt may take: a space that hangs holds its own turn for so long. */
const attemptMs = 15_000

await program(async () => {
  const config = loadConfig(process.env)
  const { keyring, sinkOrigin, CHAT_CONCURRENCY: concurrency } = config
  const log = logger('chat-notifier', config.LOG_LEVEL)
  const make = eventMaker('chat-notifier')
  const now = () => new Date()
  if (sinkOrigin !== undefined) log.warn({ url: sinkOrigin }, 'posts to a sink as well: for development only')

  const store = mongoStore(config.MONGO_URL, { appName: 'chat-notifier' })
  const onSaid = () => outbox.ring()
  const posts = openLedger<PostInput, PostOutcome>(store, 'posts', {
    repeating: 'safe',
    ...postSorting,
    onSaid,
  })
  const rows = mongoPosts(store)
  const book = mongoSpaceBook(store, now)

  const numbers = metrics('chat-notifier')
  const { eventHandled: onHandled } = numbers
  const connecting = connectTo({
    url: config.NATS_URL,
    user: 'chat-notifier',
    password: config.NATS_PASSWORD,
    log,
  })
  const bus = lateBus(
    connecting.then((connection) => jetstreamBus(connection, { log, ready: store.ping, onHandled })),
  )

  const chat = googleChat({ sinkOrigin, connections: 2 * concurrency, attemptMs })
  const spaces = desk({
    posts,
    teller: tellSpace({
      turns: mongoSpaceTurns(store, { make, onSaid }),
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
      onSettled: (end) => numbers.workSettled('posts', 'outcome' in end ? end.outcome.kind : end.state),
    }),
    spacesWithPosts: rows.spacesWithPosts,
    concurrency,
    log,
  })

  const speaking = ['posts', 'spaceStates'].map((name) => store.collection<WithOutbox>(name))
  const incarnation = new StreamIncarnation({ stream: 'EVENTS', service: 'chat-notifier', bus, store })
  const outbox = outboxRelay({ name: 'outbox', collections: speaking, bus, incarnation, log })
  numbers.outboxUnsent(outboxBacklog(speaking))
  numbers.consumersPending(bus.flows)
  numbers.gauge('rounds_posts_open', 'Chat messages without an end, by state', 'state', rows.counts)
  numbers.gauge('rounds_spaces', 'Chat spaces, by state', 'state', mongoSpaceCounts(store))

  const hearAppointment = hearAppointments({ book, now, accept: spaces.accept })
  const hearing = { posts, book, accept: spaces.accept, ring: spaces.ring, ringAnew: spaces.ringAnew }
  const subscriptions = [
    subscription(
      chatNotifierHearsAppointments,
      64,
      hears(appointmentBooked, hearAppointment),
      hears(appointmentRescheduled, hearAppointment),
      hears(appointmentCancelled, hearAppointment),
      hears(appointmentChecked, hearAppointment),
      hears(appointmentMissed, hearAppointment),
    ),
    subscription(
      chatNotifierHearsSpaces,
      16,
      hears(spaceChanged, ringSpace(hearing)),
      hears(spaceTried, trySpace(hearing)),
      hears(postResolved, resolvePost(hearing)),
    ),
  ]
  for (const line of hearingTable(subscriptions)) log.info({ ...line }, 'hears')

  await runUntilStopped(
    [
      store,
      { name: 'preparations', start: rows.prepare, stop: async () => {} },
      // Closed after the outbox: what is settled while stopping is still said.
      bus,
      outbox,
      chat,
      spaces,
      sweeper(posts, { name: 'post leases', log, onReturned: spaces.ringAll }),
      eventually('events', async () => void (await Promise.all(subscriptions.map(bus.subscribe))), log),
      opsServer({
        host: config.OPS_HOST,
        port: config.OPS_PORT,
        checks: [{ name: 'mongodb', check: store.ping }],
        vital: [flowLiveness({ flows: bus.flows, progressAt: spaces.progressAt })],
        metrics: numbers,
      }),
    ],
    { log },
  )
})
