import { setTimeout as sleep } from 'node:timers/promises'
import {
  CannotOpenError,
  type ChatMessage,
  type ChatNews,
  newsMessage,
  parseWebhook,
  requestIdOf,
  testMessage,
  type Voice,
  type WebhookKeyring,
} from '@rounds/chat'
import type { PostInput, SpaceDocument } from '@rounds/contracts'
import type { Log } from '@rounds/kernel'
import { LostClaimError, type WorkState } from '@rounds/ledger'
import type { MakeEvent } from '@rounds/messaging'
import type { ChatFacts, Visit } from './chat-facts.ts'
import type { ChatTransport, Verdict } from './chat-transport.ts'
import { decidePost } from './disposition.ts'
import { doubtEnding, endingOf, endingOfUntold, putBack, turnEndOf } from './outcomes.ts'
import type { NewPost, PostClaim, PostEnding, PostLedger } from './post-work.ts'
import type { SpaceBook } from './space-directory.ts'
import {
  type Leaving,
  LostTurnError,
  type SpaceTurns,
  type Turn,
  type TurnEnd,
  turnMs,
} from './space-leases.ts'

export interface TellSpaceDeps {
  readonly turns: SpaceTurns
  readonly posts: Pick<PostLedger, 'acceptInHand' | 'claimMany' | 'claim'>
  /** Posts as they stand, without taking them in hand. */
  readonly look: (
    keys: readonly string[],
  ) => Promise<readonly { key: string; state: WorkState; input: PostInput }[]>
  readonly book: Pick<SpaceBook, 'read'>
  readonly facts: ChatFacts
  readonly keyring: Pick<WebhookKeyring, 'open'>
  readonly sinkOrigin: string | undefined
  readonly chat: ChatTransport
  /** The longest that `chat.post` takes. */
  readonly attemptMs: number
  readonly house: Omit<Voice, 'language' | 'patientShownAs'>
  readonly make: MakeEvent
  readonly now: () => Date
  readonly chance: () => number
  readonly log: Log
  /** Told of each post's end once it is written down; for counting. */
  readonly onSettled: (ending: PostEnding) => void
}

/** How a turn ended, for whoever plans the next one. */
export interface TurnReport {
  /** Before this there is no use in asking again; nothing when the space is stopped. */
  readonly afterMs: number | undefined
  /** More of it waits, or may. */
  readonly isMore: boolean
  /** In a row; unknown when somebody else has the space. */
  readonly failures?: number
}

/** As many posts as one message tells of at most. */
const mostPosts = 200
/** How long a message may be asked for again under its id: Google does not say how long it remembers one. */
const longestDoubtMs = 24 * 3_600_000
const unreadableMs = 60_000

/**
 * One turn of a space: takes it, gathers everything that waits there, tells it in one message, and writes down how that ended.
 *
 * What leaves is written down before its first byte, in the space's state: whoever finds it there later asks for the same
 * message under the same id before anything else. That, and that nobody has the space beside us, makes one message of it
 * wherever the process dies.
 */
export function deliverToSpace(deps: TellSpaceDeps) {
  const { turns, posts, book, facts, make, now, log } = deps

  return {
    /** A turn for what waits in the ledger. */
    async takeTurn(spaceId: string): Promise<TurnReport> {
      const space = await book.read(spaceId)
      const turn = await turns.take(spaceId, wishOf(space))
      if (!turn) return busy(spaceId)
      return ending(turn, () => (turn.sending ? repeat(turn, turn.sending, space) : sendPending(turn, space)))
    },

    /**
     * A turn for a post that has just been heard of, as long as nothing older waits: written down, taken in hand and announced
     * at once, in two writes that go together. `accepted` resolves when the post is durable. The space is as it was just read.
     */
    sendImmediately(
      post: NewPost,
      space: SpaceDocument | undefined,
    ): { accepted: Promise<unknown>; report: Promise<TurnReport> } {
      const accepted = posts.acceptInHand(post.key, post.input)
      return { accepted, report: atOnce(post, space, accepted) }
    },
  }

  async function atOnce(
    { key, input }: NewPost,
    space: SpaceDocument | undefined,
    accepted: Promise<PostClaim | undefined>,
  ): Promise<TurnReport> {
    const { spaceId } = input
    const leaving = { requestId: requestIdOf([key]), posts: [key] }
    const [taken, claimed, known] = await Promise.allSettled([
      turns.take(spaceId, { ...wishOf(space), leaving }),
      accepted,
      factsOf([input]),
    ])
    const turn = taken.status === 'fulfilled' ? taken.value : undefined
    const claim = claimed.status === 'fulfilled' ? claimed.value : undefined
    if (!turn) {
      if (claim) await claim.settle(putBack('not its turn'))
      if (taken.status === 'rejected') throw taken.reason
      return busy(spaceId)
    }
    return ending(turn, async () => {
      const isOurs = claim !== undefined && turn.sending?.requestId === leaving.requestId
      if (!isOurs) {
        if (claim) await settleAll(turn, [claim], () => putBack('another message is leaving'))
        return turn.sending ? repeat(turn, turn.sending, space) : sendPending(turn, space)
      }
      return tell(turn, [claim], space, resultOf(known), { leaving, isRepeated: false })
    })
  }

  /** Everything that waits, in one message; a test is one by itself. */
  async function sendPending(
    turn: Turn,
    space: SpaceDocument | undefined,
  ): Promise<TurnEnd & { isMore: boolean }> {
    const most = turn.digestAtMost ?? mostPosts
    const claims = await posts.claimMany(most, turn.spaceId)
    if (claims.length === 0) return { isSettled: true, failures: turn.failures, isMore: false }
    const known = await factsOf(claims.map(({ input }) => input))
    const test = claims.find(({ input }) => input.kind === 'test')
    const chosen = test ? [test] : claims
    const others = claims.filter((claim) => !chosen.includes(claim))
    await settleAll(turn, others, () => putBack('another message goes before it'))
    const end = await tell(turn, chosen, space, known, { isRepeated: false })
    return { ...end, isMore: end.isMore || others.length > 0 || claims.length === most }
  }

  /** The message that an earlier turn left without an end, under the id that it had. */
  async function repeat(turn: Turn, sending: Leaving & { since: Date }, space: SpaceDocument | undefined) {
    const claims = (await Promise.all(sending.posts.map((key) => posts.claim(key)))).filter(
      (claim) => claim !== undefined,
    )
    const rows = await deps.look(sending.posts)
    const ours = new Set(claims.map(({ key }) => key))
    // Held by whoever died, until its lease runs out: told with what waits, they would be told twice.
    const isLeft = rows.some(({ key, state }) => isOpen(state) && !ours.has(key))
    if (claims.length === 0)
      // Nothing had left in this turn: where all of them have their end, so has the message.
      return {
        ...(isLeft ? { afterMs: 1_000 } : {}),
        isSettled: !isLeft,
        failures: turn.failures,
        isMore: true,
      }
    if (now().getTime() - sending.since.getTime() > longestDoubtMs) {
      const isWritten = await settleAll(turn, claims, (claim) => doubtEnding('NO_ANSWER', claim, make))
      return { isSettled: isWritten && !isLeft, failures: turn.failures, isMore: true }
    }
    const inputs = rows.map(({ input }) => input)
    const end = await tell(turn, claims, space, await factsOf(inputs), {
      leaving: sending,
      isRepeated: true,
      inputs,
    })
    return { ...end, isSettled: end.isSettled && !isLeft }
  }

  /** Puts away what is not told, and tells the rest in one message. */
  async function tell(
    turn: Turn,
    claims: readonly PostClaim[],
    space: SpaceDocument | undefined,
    known: Known,
    how: { readonly leaving?: Leaving; readonly isRepeated: boolean; readonly inputs?: readonly PostInput[] },
  ): Promise<TurnEnd & { isMore: boolean }> {
    const { isRepeated } = how
    const fates = new Map(
      claims.map((claim) => {
        const visit = known.visits.get(claim.input.appointmentId ?? '')
        const context = { space, kept: turn.kept, visit, mayHaveLeft: isRepeated, now: now() }
        return [claim, decidePost(claim.input, claim.outcome, context)] as const
      }),
    )
    const told = claims.filter((claim) => fates.get(claim)?.kind === 'tell')
    const isPutAway = await settleAll(
      turn,
      claims.filter((claim) => !told.includes(claim)),
      (claim) => {
        const fate = fates.get(claim)
        return fate && fate.kind !== 'tell'
          ? endingOfUntold(fate, claim, isRepeated, make)
          : putBack('undecided')
      },
    )
    const [first] = told
    if (!space || !first) return { isSettled: isPutAway, failures: turn.failures, isMore: true }

    const message = messageOf(how.inputs ?? told.map(({ input }) => input), space, known)
    const webhook = webhookOf(space)
    const leaving = how.leaving ?? {
      requestId: requestIdOf(told.map(({ key }) => key)),
      posts: told.map(({ key }) => key),
    }
    if (!how.leaving) await turns.leave(turn, leaving)
    // A process that slept may be about to speak in somebody else's turn.
    const isLate = performance.now() - turn.since > turnMs - deps.attemptMs - 1_000
    const verdict: Verdict = isLate
      ? { kind: 'not sent', why: 'late' }
      : webhook === undefined || message === undefined
        ? { kind: 'not sent', why: 'unreadable' }
        : await deps.chat.post({ webhook, message, requestId: leaving.requestId })
    const count = leaving.posts.length
    const isWritten = await settleAll(turn, told, (claim) =>
      endingOf(verdict, claim, { requestId: leaving.requestId, count, at: now(), isRepeated }, make),
    )
    const end = turnEndOf(verdict, {
      failures: turn.failures,
      isRepeated,
      chance: deps.chance(),
      spaceVersion: space.version,
      count,
      digestAtMost: turn.digestAtMost,
    })
    if (verdict.kind !== 'posted')
      log.warn(
        { component: 'spaces', key: turn.spaceId, outcome: verdict.kind, reason: whyOf(verdict) },
        'not posted',
      )
    return {
      ...end,
      ...(webhook === undefined ? { afterMs: unreadableMs } : {}),
      // A post whose end is not written down would be told in another message.
      isSettled: end.isSettled && isWritten && isPutAway,
      isMore: verdict.kind !== 'posted' || isRepeated || !isWritten,
    }
  }

  /** Gives the space back however the turn went; when that is not known, what is leaving stays written down. */
  async function ending(
    turn: Turn,
    story: () => Promise<TurnEnd & { isMore: boolean }>,
  ): Promise<TurnReport> {
    const { isMore, ...end } = await story()
    await persist(turn, () => turns.end(turn, end))
    const { afterMs = 0, failures, stopped } = end
    return { afterMs: stopped ? undefined : afterMs, isMore, failures }
  }

  async function busy(spaceId: string): Promise<TurnReport> {
    const freeIn = await turns.freeIn(spaceId)
    return { afterMs: freeIn === 'stopped' ? undefined : freeIn, isMore: true }
  }

  /** Answers whether each of them has its end written down by us. */
  async function settleAll(
    turn: Turn,
    claims: readonly PostClaim[],
    endOf: (claim: PostClaim) => PostEnding,
  ): Promise<boolean> {
    const ends = await Promise.all(
      claims.map(async (claim) => {
        const end = endOf(claim)
        try {
          await persist(turn, () => claim.settle(end))
          deps.onSettled(end)
          return true
        } catch (error) {
          if (!(error instanceof LostClaimError)) throw error
          return false
        }
      }),
    )
    return ends.every(Boolean)
  }

  /** Tries as long as the turn is ours, however the database is: what was posted must not be posted under another id. */
  async function persist(turn: Turn, write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write()
      } catch (error) {
        const isOver = performance.now() - turn.since > turnMs
        if (isOver || error instanceof LostClaimError || error instanceof LostTurnError) throw error
        await sleep(200 + deps.chance() * 300)
      }
    }
  }

  async function factsOf(inputs: readonly PostInput[]): Promise<Known> {
    const visitIds = inputs.flatMap(({ appointmentId }) => appointmentId ?? [])
    const people = inputs.flatMap(({ triedBy }) => triedBy ?? [])
    const [visits, names] = await Promise.all([byKey(visitIds, facts.visit), byKey(people, facts.nameOf)])
    return { visits, names }
  }

  /** Nothing when there is nothing to tell of. */
  function messageOf(
    inputs: readonly PostInput[],
    { language, patientShownAs }: SpaceDocument,
    { visits, names }: Known,
  ): ChatMessage | undefined {
    const voice = { ...deps.house, language, patientShownAs }
    const test = inputs.find(({ kind }) => kind === 'test')
    if (test) return testMessage(names.get(test.triedBy ?? '') ?? '–', voice)
    const [first, ...others] = inputs
      .toSorted((a, b) => a.at.getTime() - b.at.getTime())
      .flatMap((input) => newsOf(input, visits.get(input.appointmentId ?? '')))
    return first && newsMessage([first, ...others], voice)
  }

  /** Nothing when this process cannot read it, or may not send there: an operator has to look at its configuration. */
  function webhookOf({ _id, webhook }: SpaceDocument): string | undefined {
    // Removed, and nothing is told there.
    if (!webhook) return undefined
    try {
      const parsed = parseWebhook(deps.keyring.open(_id, webhook), deps.sinkOrigin)
      if (parsed.kind === 'webhook') return parsed.webhook.url
      log.error({ component: 'spaces', key: _id, code: parsed.fault }, 'its webhook may not be used here')
    } catch (error) {
      if (!(error instanceof CannotOpenError)) throw error
      log.error(
        { component: 'spaces', key: _id, code: error.code },
        'its webhook cannot be opened: see WEBHOOK_ENCRYPTION_KEYS',
      )
    }
    return undefined
  }
}

const isOpen = (state: WorkState) => state === 'waiting' || state === 'claimed' || state === 'sending'

interface Known {
  readonly visits: ReadonlyMap<string, Visit>
  readonly names: ReadonlyMap<string, string>
}

async function byKey<T>(
  keys: readonly string[],
  read: (key: string) => Promise<T | undefined>,
): Promise<ReadonlyMap<string, T>> {
  const found = await Promise.all(Array.from(new Set(keys), async (key) => [key, await read(key)] as const))
  return new Map(found.flatMap(([key, one]) => (one === undefined ? [] : [[key, one] as const])))
}

function newsOf({ news, appointmentId }: PostInput, visit: Visit | undefined): ChatNews[] {
  if (!news || appointmentId === undefined || !visit) return []
  const { startsAt, doctor, department, patient } = visit
  return [{ news, appointmentId, startsAt, doctor: doctor.name, department: department.name, patient }]
}

/** A space that is gone is taken to put its posts away. */
const wishOf = (space: SpaceDocument | undefined) => ({
  resumedAtVersion: space?.resumedAtVersion,
  resumedAt: space?.resumedAt,
  replaysKept: space?.replaysKept,
  evenIfStopped: !space || space.removedAt !== undefined,
})

function whyOf(verdict: Verdict): string {
  if (verdict.kind === 'refused' || verdict.kind === 'bad message')
    return `${verdict.httpStatus} ${verdict.code}`
  return 'why' in verdict ? verdict.why : verdict.kind
}

function resultOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason
  return result.value
}
