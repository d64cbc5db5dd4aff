import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { appointmentChecked } from '@rounds/contracts'
import { eventMaker } from '@rounds/messaging'
import type { ChatVisit } from '@rounds/testing'
import { mongoChatWitness } from './mongo-chat-witness.ts'
import { letterOf, natsWitness } from './nats-witness.ts'
import { over } from './over.ts'
import type { Bar, Observed } from './row.ts'
import { compareWithStreams, streamBars, streamNotes } from './streams.ts'
import { toldInSpaces } from './told-in-spaces.ts'
import type { World } from './world.ts'

const make = eventMaker('gateway')

export interface ChatInjured {
  readonly injected: number
  readonly bars?: readonly Bar[]
  readonly notes: readonly string[]
}

export interface ChatStory {
  readonly row: string
  readonly posts: number
  readonly spaces: number
  /** Hurts until every post has an end, or until it has done all it wanted. */
  readonly inject: (isOver: () => boolean) => Promise<void>
  /** Asked once everything is over. */
  readonly injured: () => ChatInjured
}

/** Doctors mark visits while faults happen; then what Google’s place wrote down is compared, visit by visit. */
export async function whileSpacesAreTold(
  world: World,
  { row, posts, spaces, inject, injured }: ChatStory,
): Promise<Observed> {
  world.beginRow(row)
  const { stack, chatDoor: door } = world
  const spaceIds = Array.from({ length: spaces }, (_, n) => `chat-${world.seed}-${n}`)
  const visits = Array.from({ length: posts }, (_, n) => ({
    id: `chat-${world.seed}-visit-${n}`,
    doctorId: spaceIds[n % spaceIds.length] ?? '',
  }))
  const witness = await mongoChatWitness(stack.mongo.url, world.chatKeys())
  try {
    await witness.visits(visits)
    await witness.spaces(spaceIds, door.webhookOf)
    const checking = checked(world, visits)
    let isOver = false
    const watching = over(
      async () => (await witness.ended(spaceIds)) === posts,
      world.size(180_000, 900_000),
    ).then((ended) => {
      isOver = ended
      return ended
    })
    await inject(() => isOver)
    await checking
    const hasEnded = await watching

    const { injected, bars = [], notes } = injured()
    const all = await witness.posts(spaceIds)
    const seen = visitsIn(door.logFile).filter(({ space }) => spaceIds.includes(space))
    const messages = seen.filter(({ isNew }) => isNew)
    const taken = new Set(seen.filter(({ isTaken }) => isTaken).map(({ requestId }) => requestId))
    const { lost, surplus, unnamed } = toldInSpaces(
      visits.map(({ id, doctorId: spaceId }) => ({ id, spaceId })),
      messages,
    )
    const unposted = all.filter(({ stands, requestId }) => stands !== 'posted' || !taken.has(requestId ?? ''))
    const heard = await compareWithStreams(stack)
    return {
      accepted: posts,
      lost: Math.max(lost.length, posts - all.length, unposted.length),
      duplicates: surplus.length,
      partial: 0,
      inDoubt: 0,
      p99RescueMs: 0,
      injected,
      bars: [
        { what: 'waits that did not end', seen: hasEnded ? 0 : 1, atMost: 0 },
        {
          what: 'requests less than a second after another one in the same space, by the clock of Google’s place',
          seen: tooSoon(seen),
          atMost: 0,
        },
        { what: 'visits that a digest counts and does not name', seen: unnamed, atMost: 0 },
        {
          what: 'posts in doubt',
          seen: all.filter(({ stands }) => stands === 'in doubt').length,
          atMost: 0,
        },
        // Of each, what became of it is said.
        ...streamBars(heard, posts),
        ...bars,
      ],
      notes: [
        'lost and duplicates are found visit by visit in the messages that Google’s place took, each request id once: a card names its visit by its thread, a digest one by one in its lines; rescues are not measured in this row',
        ...notes,
        `${seen.length} requests made ${messages.length} messages in ${spaceIds.length} spaces`,
        ...streamNotes(heard),
        ...unposted.slice(0, 5).map(({ key, stands }) => `lost: ${key} is ${stands}`),
        ...lost.slice(0, 5).map((one) => `not told: ${one}`),
        ...surplus.slice(0, 5).map((one) => `told once too often: ${one}`),
      ],
    }
  } finally {
    door.decide(() => undefined)
    await witness.close()
  }
}

/** Says what the gateway says when a doctor marks a visit, for some seconds. */
async function checked(
  { stack: { nats }, size }: World,
  visits: readonly { id: string; doctorId: string }[],
) {
  const gateway = await natsWitness(nats.url, 'gateway', nats.passwordOf('gateway'))
  // So close together that a wire is seldom silent while it is cut.
  const bursts = size(100, 450)
  for (let burst = 0; burst < bursts; burst++) {
    for (const { id, doctorId } of visits.filter((_, n) => n % bursts === burst)) {
      const now = new Date().toISOString()
      const data = {
        appointmentId: id,
        patientId: 'nobody',
        doctorId,
        departmentId: 'nowhere',
        startsAt: now,
        version: 2,
        checkedAt: now,
        fhirStatus: 'fulfilled' as const,
      }
      gateway.send(letterOf(make(appointmentChecked, data, { correlationid: id })))
    }
    await gateway.flush()
    await sleep(200)
  }
  gateway.close()
}

const visitsIn = (logFile: string): ChatVisit[] =>
  readFileSync(logFile, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

function tooSoon(seen: readonly ChatVisit[]): number {
  const bySpace = Map.groupBy(seen, ({ space }) => space)
  return Array.from(bySpace.values())
    .flatMap((mine) => mine.slice(1).map(({ at }, place) => at - (mine[place]?.at ?? 0)))
    .filter((distanceMs) => distanceMs < 1_000).length
}
