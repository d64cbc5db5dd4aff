import { createHash } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  contractOf,
  deadLetterBulkCount,
  deadLetterBulkDiscard,
  deadLetterBulkReplay,
  deadLetterDiscard,
  deadLetterReplay,
  encodeEvent,
  identifier,
  replayRun,
  replayRunList,
  type DeadLetter as Shown,
  deadLetter as shown,
} from '@rounds/contracts'
import type { MakeEvent } from '@rounds/messaging'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import {
  idempotencyKeyField,
  idempotentId,
  notFound,
  type Policy,
  ProblemError,
  shownEach,
} from '../http/index.ts'
import { consumerOf, type DeadLetter, deadLetterIdOf, type Replay, unfitToReplay } from './dead-letter.ts'
import { letterView, peopleIn, runView, verdictOn } from './dead-letter-view.ts'
import { type KeepDeadLettersDeps, searchOf } from './list-routes.ts'

export interface SteerDeadLettersDeps extends KeepDeadLettersDeps {
  readonly make: MakeEvent
  readonly now: () => Date
}

const tags = ['dead-letters']
const params = Type.Object({ id: identifier('The letter') })
const reading: Policy = { roles: ['admin', 'ops'], scope: 'dead-letters:read' }
const writing: Policy = { roles: ['admin'], scope: 'dead-letters:write' }
const usualPerSecond = 10

/** What is decided about letters: they go back to their consumer, as they are or edited, or they are given up. */
export function replayRoutes(deps: SteerDeadLettersDeps): FastifyPluginAsyncTypebox {
  const { deadLetters, audit, namesOf, make, now, zone } = deps
  return async (app) => {
    app.post(
      '/v1/dead-letters/:id/replay',
      {
        config: { policy: writing },
        schema: {
          tags,
          operationId: 'replayDeadLetter',
          summary: 'Hand a letter to its consumer again, and to nobody else',
          description:
            'As the same event it goes unchanged under its own identifier, so that a consumer which had done it after all does nothing. As a new one it carries what `data` says, and names the old event as its cause. Asking again for the same changes nothing.',
          params,
          body: deadLetterReplay,
          response: { 202: shown },
        },
      },
      async (request, reply) => {
        const found = await letter(request.params.id)
        const replay = decided(found, request)
        await settle(found, replay.wish, 'dead-letter.replayed', request, () =>
          deadLetters.sendBack(found._id, replay),
        )
        reply.code(202)
        return view(found._id)
      },
    )

    app.post(
      '/v1/dead-letters/:id/discard',
      {
        config: { policy: writing },
        schema: {
          tags,
          operationId: 'discardDeadLetter',
          summary: 'Give a letter up',
          params,
          body: deadLetterDiscard,
          response: { 200: shown },
        },
      },
      async (request) => {
        const { reason } = request.body
        const found = await letter(request.params.id)
        await settle(found, `discard:${reason}`, 'dead-letter.discarded', request, () =>
          deadLetters.discard(found._id, { by: request.principal.personId, at: now(), reason }),
        )
        return view(found._id)
      },
    )

    app.post(
      '/v1/dead-letters/replay',
      {
        config: { policy: writing },
        schema: {
          tags,
          operationId: 'replayDeadLetters',
          summary: 'Hand many letters back, so many a second',
          description:
            'All open ones that the filter means and that are there now. It goes on by itself, also when this process ends; `GET /v1/dead-letters/replays/{runId}` shows how far it is.',
          headers: Type.Object(idempotencyKeyField),
          body: deadLetterBulkReplay,
          response: { 200: deadLetterBulkCount, 202: replayRun },
        },
      },
      async (request, reply) => {
        const { filter, perSecond = usualPerSecond, dryRun } = request.body
        const by = request.principal.personId
        const search = searchOf(filter, zone)
        const total = await deadLetters.count(search, true)
        if (dryRun) return reply.code(200).send({ count: total })
        const runId = idempotentId(request.headers['idempotency-key'], by, 'replay')
        const known = await deadLetters.run(runId)
        if (!known) {
          await audit(request, 'dead-letters.replayed', runId)
          const at = now()
          await deadLetters.begin({
            _id: runId,
            state: 'running',
            filter,
            search,
            perSecond,
            total,
            by,
            at,
            nextAt: at,
          })
        }
        return reply
          .code(202)
          .header('location', `/v1/dead-letters/replays/${runId}`)
          .send(await run(runId))
      },
    )

    app.post(
      '/v1/dead-letters/discard',
      {
        config: { policy: writing },
        schema: {
          tags,
          operationId: 'discardDeadLetters',
          summary: 'Give many letters up',
          body: deadLetterBulkDiscard,
          response: { 200: deadLetterBulkCount },
        },
      },
      async (request) => {
        const { filter, reason, dryRun } = request.body
        const search = searchOf(filter, zone)
        if (dryRun) return { count: await deadLetters.count(search, false) }
        const at = now()
        await audit(request, 'dead-letters.discarded', deadLetterIdOf(JSON.stringify(filter)))
        const count = await deadLetters.discardAll(
          { ...search, until: search.until && search.until < at ? search.until : at },
          { by: request.principal.personId, at, reason },
        )
        return { count }
      },
    )

    app.get(
      '/v1/dead-letters/replays',
      {
        config: { policy: reading },
        schema: {
          tags,
          operationId: 'listReplays',
          summary: 'The last bulk replays, and how far they are',
          response: { 200: replayRunList },
        },
      },
      async () => {
        const runs = await deadLetters.runs()
        const names = await namesOf(runs.map(({ by }) => by))
        return shownEach(runs, (one) => runView(one, names))
      },
    )

    app.get(
      '/v1/dead-letters/replays/:id',
      {
        config: { policy: reading },
        schema: {
          tags,
          operationId: 'readReplay',
          summary: 'One bulk replay, and how far it is',
          params: Type.Object({ id: identifier('The bulk replay') }),
          response: { 200: replayRun },
        },
      },
      async (request) => run(request.params.id),
    )
  }

  async function letter(id: string): Promise<DeadLetter> {
    const found = await deadLetters.one(id)
    if (!found) throw notFound()
    return found
  }

  async function view(id: string): Promise<Shown> {
    const found = await letter(id)
    return letterView(found, await namesOf(peopleIn([found])))
  }

  async function run(id: string) {
    const found = await deadLetters.run(id)
    if (!found) throw notFound()
    return runView(found, await namesOf([found.by]))
  }

  /** Does it unless it is done already; the same wish again is granted, another one is not. */
  async function settle(
    found: DeadLetter,
    wish: string,
    did: string,
    request: FastifyRequest,
    act: () => Promise<boolean>,
  ): Promise<void> {
    if (found.state === 'open') {
      await audit(request, did, found._id)
      if (await act()) return
    }
    const standing = found.state === 'open' ? await letter(found._id) : found
    if (wishIn(standing) !== wish) throw decidedOtherwise(standing)
  }

  /** What would go out. Throws where it cannot. */
  function decided(
    found: DeadLetter,
    request: FastifyRequest<{ Body: { as: 'same' | 'new'; type?: string; data?: unknown } }>,
  ): Replay {
    const { as, data, type = found.type } = request.body
    const unfit = unfitToReplay(found)
    if (unfit) throw new ProblemError(409, 'NOT_REPLAYABLE', 'This cannot be replayed', { detail: unfit })
    const whose = { as, by: request.principal.personId, at: now() }
    if (as === 'same') {
      if (data !== undefined)
        throw refused('An edited event is a new one', [
          { pointer: '/as', detail: 'must be `new` where `data` is given' },
        ])
      if (found.isCut)
        throw new ProblemError(409, 'NOT_REPLAYABLE', 'This cannot be replayed', {
          detail: 'Only its beginning was kept. Send a new event instead.',
        })
      const { id: eventId } = found.attributes
      return { ...whose, wish: 'same', ...(eventId ? { eventId } : {}) }
    }
    const contract = contractOf(type)
    const { faults } = verdictOn(type, data)
    if (!contract || faults.length > 0) throw refused('The event is not as its contract says', faults)
    if (!consumerOf(found)?.hears.some((heard) => heard.type === type))
      throw refused('Its consumer does not hear such events', [
        { pointer: '/type', detail: `is not heard by ${found.consumer}` },
      ])
    const event = make(contract, data as never, causeOf(found))
    return {
      ...whose,
      wish: `new:${createHash('sha256')
        .update(JSON.stringify([type, data]))
        .digest('base64url')}`,
      eventId: event.id,
      edited: encodeEvent(event),
    }
  }
}

/** The chain goes on where the old event can be named; otherwise the letter begins one. */
const causeOf = ({ _id, attributes: { id, correlationid } }: DeadLetter) => ({
  correlationid: correlationid ?? _id,
  ...(id ? { id } : {}),
})

const wishIn = ({ replay, discard }: DeadLetter) =>
  replay ? replay.wish : discard ? `discard:${discard.reason}` : undefined

const decidedOtherwise = ({ state }: DeadLetter) =>
  new ProblemError(409, 'ALREADY_RESOLVED', 'Something else was decided about this letter', {
    detail: `It is ${state}.`,
  })

const refused = (title: string, errors: ReadonlyArray<{ pointer: string; detail: string }>) =>
  new ProblemError(422, 'REPLAY_REFUSED', title, { errors })
