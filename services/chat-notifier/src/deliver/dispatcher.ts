import type { SpaceDocument } from '@rounds/contracts'
import { type Log, type Loop, pollLoop } from '@rounds/kernel'
import type { deliverToSpace, TurnReport } from './deliver-to-space.ts'
import type { NewPost, PostLedger } from './post-work.ts'

export interface DeskOptions {
  readonly posts: Pick<PostLedger, 'accept'>
  readonly teller: ReturnType<typeof deliverToSpace>
  /** The spaces that have something to be told now. */
  readonly spacesWithPosts: () => Promise<readonly string[]>
  /** Spaces that are spoken to at once; as many more may be slow to answer. */
  readonly concurrency: number
  readonly log: Log
  readonly pollEveryMs?: number
  readonly slowMs?: number
}

/** Takes posts in, and sees to it that each space gets its turns: one after the other there, and none for another. */
export interface Desk extends Pick<Loop, 'name' | 'start' | 'stop'> {
  /** Writes a new post down; resolves once that is durable. Where the space, as just read, is free, its turn begins at once. */
  accept(post: NewPost, space: SpaceDocument | undefined): Promise<void>
  /** Looks at once whether this space has something to be told. */
  ring(spaceId: string): void
  /** The same for a space that was changed: whatever it rests for may be over. */
  ringAnew(spaceId: string): void
  /** Looks at all of them. */
  ringAll(): void
  /** When anything last moved, in milliseconds since the epoch. */
  progressAt(): number
}

/** What is known here of a space; that others may have it is found out by asking. */
interface Seat {
  isBusy: boolean
  /** Something waits in the ledger, or may. */
  waits: boolean
  /** By `performance.now()`. */
  freeAt: number
  failures: number
  timer?: NodeJS.Timeout | undefined
}

export function desk({
  posts,
  teller,
  spacesWithPosts,
  concurrency,
  log,
  pollEveryMs = 1_000,
  slowMs = 1_000,
}: DeskOptions): Desk {
  const seats = new Map<string, Seat>()
  /** Those whose time has come, and who wait for a hand. */
  const queue = new Set<string>()
  const running = new Set<Promise<void>>()
  /** Hands that are held; whoever is slow gives its hand back and goes on without. */
  let held = 0
  let troubled = 0
  let slow = 0
  let isOpen = false
  let movedAt = Date.now()

  const polling = pollLoop('spaces', log, async () => {
    for (const spaceId of await spacesWithPosts()) ring(spaceId)
    return pollEveryMs
  })

  return {
    name: 'spaces',
    async start() {
      isOpen = true
      await polling.start()
    },
    async stop() {
      isOpen = false
      await polling.stop()
      queue.clear()
      for (const { timer } of seats.values()) clearTimeout(timer)
      while (running.size > 0) await Promise.allSettled(running)
    },
    async accept(post, space) {
      const { key, input } = post
      const { spaceId } = input
      const seat = seatOf(spaceId)
      const isFree = isOpen && !seat.isBusy && !seat.waits && seat.freeAt <= performance.now()
      if (!isFree || held >= concurrency || isTroubled(seat)) {
        await posts.accept(key, input)
        return ring(spaceId)
      }
      const { accepted, report } = teller.sendImmediately(post, space)
      take(spaceId, seat, report)
      await accepted
    },
    ring,
    ringAnew(spaceId) {
      const seat = seatOf(spaceId)
      clearTimeout(seat.timer)
      Object.assign(seat, { timer: undefined, freeAt: 0, failures: 0 })
      ring(spaceId)
    },
    ringAll: polling.ring,
    progressAt: () => movedAt,
  }

  function ring(spaceId: string): void {
    const seat = seatOf(spaceId)
    seat.waits = true
    plan(spaceId, seat)
  }

  function seatOf(spaceId: string): Seat {
    const known = seats.get(spaceId)
    if (known) return known
    const seat: Seat = { isBusy: false, waits: false, freeAt: 0, failures: 0 }
    seats.set(spaceId, seat)
    return seat
  }

  function plan(spaceId: string, seat: Seat): void {
    if (!isOpen || seat.isBusy || seat.timer || queue.has(spaceId)) return
    const inMs = seat.freeAt - performance.now()
    if (inMs <= 0) {
      queue.add(spaceId)
      begin()
      return
    }
    seat.timer = setTimeout(() => {
      seat.timer = undefined
      plan(spaceId, seat)
    }, inMs)
  }

  function begin(): void {
    for (const spaceId of queue) {
      if (held >= concurrency) return
      const seat = seatOf(spaceId)
      // Those that do not answer hold their hands for long: half of them stay free for the others.
      if (isTroubled(seat) && troubled >= concurrency / 2) continue
      queue.delete(spaceId)
      seat.waits = false
      take(spaceId, seat, teller.takeTurn(spaceId))
    }
  }

  function take(spaceId: string, seat: Seat, turn: Promise<TurnReport>): void {
    const wasTroubled = isTroubled(seat)
    if (wasTroubled) troubled += 1
    held += 1
    let isSlow = false
    const slowness = setTimeout(() => {
      if (slow >= concurrency) return
      isSlow = true
      slow += 1
      held -= 1
      begin()
    }, slowMs)
    seat.isBusy = true
    const going = follow(spaceId, seat, turn).finally(() => {
      clearTimeout(slowness)
      running.delete(going)
      if (wasTroubled) troubled -= 1
      if (isSlow) slow -= 1
      else held -= 1
      seat.isBusy = false
      movedAt = Date.now()
      if (seat.waits) plan(spaceId, seat)
      begin()
    })
    running.add(going)
  }

  async function follow(spaceId: string, seat: Seat, turn: Promise<TurnReport>): Promise<void> {
    try {
      const { afterMs, isMore, failures } = await turn
      // A stopped space is asked about again when it is heard of, or at the next look at everything.
      seat.freeAt = performance.now() + (afterMs ?? 0)
      if (failures !== undefined) seat.failures = failures
      if (afterMs === undefined) seat.waits = false
      else if (isMore) seat.waits = true
    } catch (error) {
      log.warn({ component: 'spaces', key: spaceId, error }, 'a turn broke off, and is taken again')
      seat.freeAt = performance.now() + pollEveryMs
      seat.waits = true
    }
  }
}

const isTroubled = ({ failures }: Seat) => failures > 0
