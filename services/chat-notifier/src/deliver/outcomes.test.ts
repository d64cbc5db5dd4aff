import type { PostOutcome } from '@rounds/contracts'
import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import type { Verdict } from './chat-transport.ts'
import { endingOf, endingOfUntold, turnEndOf } from './outcomes.ts'
import { pauseAfter } from './pause.ts'

const make = eventMaker('chat-notifier')
const at = new Date('2026-11-25T10:00:00Z')
const claim = (outcome?: PostOutcome) => ({
  key: 'post',
  input: {
    spaceId: 'space',
    kind: 'news' as const,
    news: 'appointment.checked' as const,
    appointmentId: 'visit',
    at,
    cause: { correlationid: 'story' },
  },
  ...(outcome ? { outcome } : {}),
})
const told = { requestId: 'request', count: 3, at, isRepeated: false }
const context = { failures: 0, isRepeated: false, chance: 1, spaceVersion: 7, count: 1 }
const taken: Verdict = { kind: 'posted', message: 'spaces/a/messages/b' }
const bad: Verdict = { kind: 'bad message', httpStatus: 400, code: 'INVALID_ARGUMENT' }
const unanswered: Verdict = { kind: 'unknown', why: 'TIMEOUT' }

describe('what a verdict means for a post', () => {
  it('is posted, with the name of the message and how many it tells of', () => {
    const end = endingOf({ kind: 'posted', message: 'spaces/a/messages/b' }, claim(), told, make)
    expect(end).toMatchObject({
      state: 'done',
      outcome: {
        kind: 'posted',
        message: 'spaces/a/messages/b',
        digestOf: 3,
        requestId: 'request',
        postedAt: at,
      },
    })
    expect(end.says?.map(({ type, data }) => [type, data])).toEqual([
      ['chat.posted', { postId: 'post', spaceId: 'space', appointmentId: 'visit' }],
    ])
  })

  it.each<Verdict>([
    { kind: 'slow down' },
    { kind: 'not sent', why: 'ECONNREFUSED' },
    { kind: 'refused', httpStatus: 404, code: 'NOT_FOUND' },
    unanswered,
  ])('is that it waits after %j', (verdict) => {
    expect(endingOf(verdict, claim(), told, make)).toMatchObject({ state: 'waiting', afterMs: 0 })
  })

  it('is the end of one post that Google Chat does not take, with its reason', () => {
    const end = endingOf(bad, claim(), { ...told, count: 1 }, make)
    expect(end).toMatchObject({
      state: 'failed',
      outcome: { kind: 'failed', code: 'MESSAGE_REFUSED', httpStatus: 400 },
    })
    expect(end.says?.map(({ type }) => type)).toEqual(['chat.failed'])
  })

  it('is that each of several waits for a smaller message, and in doubt where one may have come through', () => {
    expect(endingOf(bad, claim(), told, make)).toMatchObject({ state: 'waiting' })
    expect(endingOf(bad, claim(), { ...told, isRepeated: true }, make)).toMatchObject({
      state: 'in doubt',
      outcome: { code: 'MESSAGE_REFUSED_AFTER_DOUBT' },
    })
  })

  it('keeps what a person had decided', () => {
    const resolved = { by: 'admin', at, as: 'again' }
    expect(
      endingOf(taken, claim({ kind: 'in doubt', code: 'NO_ANSWER', resolved }), told, make),
    ).toMatchObject({
      outcome: { kind: 'posted', resolved },
    })
  })
})

describe('a post that is not told', () => {
  it('says why, and is in doubt when it may have left', () => {
    const stale = { kind: 'stale', code: 'STALE' } as const
    expect(endingOfUntold(stale, claim(), false, make)).toMatchObject({
      state: 'done',
      outcome: { kind: 'stale', code: 'STALE' },
    })
    expect(endingOfUntold(stale, claim(), false, make).says?.map(({ type }) => type)).toEqual(['chat.failed'])
    const off = { kind: 'cancelled', code: 'SPACE_OFF' } as const
    expect(endingOfUntold(off, claim(), false, make)).toMatchObject({ state: 'cancelled', says: [] })
    const doubted = endingOfUntold(off, claim(), true, make)
    expect(doubted).toMatchObject({ state: 'in doubt', outcome: { code: 'SPACE_OFF_AFTER_DOUBT' } })
    expect(doubted.says?.map(({ type }) => type)).toEqual(['chat.doubted'])
  })
})

describe('what a verdict means for the space', () => {
  it('is a second until the next message, counted from the answer', () => {
    expect(turnEndOf(taken, { ...context, failures: 5 })).toEqual({
      afterMs: 1_000,
      isSettled: true,
      failures: 0,
      isPosted: true,
    })
  })

  it('is as long as 429 says, never less than a second and never more than an hour', () => {
    const waits = (afterMs?: number) =>
      turnEndOf({ kind: 'slow down', ...(afterMs === undefined ? {} : { afterMs }) }, context).afterMs
    expect([waits(30_000), waits(0), waits(10 ** 12), waits()]).toEqual([30_000, 1_000, 3_600_000, 2_000])
  })

  it.each([
    [401, 'does not accept the webhook'],
    [403, 'does not accept the webhook'],
    [404, 'is gone'],
  ])('is the end of it after %i', (httpStatus, reason) => {
    const { stopped } = turnEndOf({ kind: 'refused', httpStatus, code: 'X' }, context)
    expect(stopped).toEqual({
      httpStatus,
      code: 'X',
      reason: expect.stringContaining(reason),
      spaceVersion: 7,
    })
  })

  it('keeps what is leaving while nobody knows, and also when only this attempt surely failed', () => {
    const settled = (verdict: Verdict, isRepeated: boolean) =>
      turnEndOf(verdict, { ...context, isRepeated }).isSettled
    const sure: Verdict[] = [
      { kind: 'slow down' },
      { kind: 'not sent', why: 'x' },
      { kind: 'refused', httpStatus: 404, code: 'x' },
    ]
    expect(sure.map((verdict) => settled(verdict, false))).toEqual([true, true, true])
    expect(sure.map((verdict) => settled(verdict, true))).toEqual([false, false, false])
    expect([settled(unanswered, false), settled(unanswered, true), settled(taken, true)]).toEqual([
      false,
      false,
      true,
    ])
  })

  it('goes on after a message that is not taken, with half as many in the next', () => {
    const end = (count: number, digestAtMost?: number) => turnEndOf(bad, { ...context, count, digestAtMost })
    expect(end(12)).toEqual({ afterMs: 1_000, isSettled: true, failures: 0, digestAtMost: 6 })
    expect(end(3, 6).digestAtMost).toBe(2)
    expect(end(1, 1)).toMatchObject({ isSettled: true, digestAtMost: 1 })
    expect(end(1).stopped).toBeUndefined()
  })

  it('tells twice as many again after each that is taken', () => {
    const next = (count: number, digestAtMost: number) =>
      turnEndOf(taken, { ...context, count, digestAtMost }).digestAtMost
    expect([next(1, 1), next(4, 4), next(2, 4)]).toEqual([2, 8, undefined])
  })

  it.each<[Verdict, string]>([
    [{ kind: 'slow down', afterMs: 30_000 }, 'slow down'],
    [{ kind: 'not sent', why: 'ECONNREFUSED' }, 'unreachable'],
    [{ kind: 'unknown', why: '503' }, 'no answer'],
    [{ kind: 'unknown', why: 'NOT_GOOGLE_CHAT' }, 'intercepted'],
  ])('says why it rests after %j', (verdict, reason) => {
    expect(turnEndOf(verdict, context)).toMatchObject({ pause: { reason, spaceVersion: 7 } })
    expect(turnEndOf(verdict, context).stopped).toBeUndefined()
  })

  it('rests longer after each failure, up to five minutes, and never less than a second', () => {
    expect([1, 2, 3, 20].map((failures) => pauseAfter(failures, 1))).toEqual([2_000, 4_000, 8_000, 300_000])
    expect(pauseAfter(1, 0)).toBe(1_000)
    expect(pauseAfter(2_000, 0)).toBe(150_000)
  })
})
