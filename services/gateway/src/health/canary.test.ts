import { consumers } from '@rounds/contracts'
import { describe, expect, it } from 'vitest'
import { canaryOf, healthOf, noCanaries, untilNext, withAnswer, withSent } from './canary.ts'

const every = 30_000
const at = (clock: string) => new Date(`2031-05-04T${clock}Z`)

describe('a canary', () => {
  it('has one name until it is time for the next, so that several replicas send one', () => {
    expect(canaryOf(at('08:02:30.000'), every)).toEqual(canaryOf(at('08:02:59.999'), every))
    expect(canaryOf(at('08:02:45'), every)).toEqual({
      canaryId: '2031-05-04T080230Z',
      eventId: 'canary@2031-05-04T08:02:30Z',
    })
    expect(canaryOf(at('08:03:00'), every).canaryId > canaryOf(at('08:02:30'), every).canaryId).toBe(true)
  })

  it('is first sent when a span begins', () => {
    expect(untilNext(at('08:02:29.990'), every)).toBe(10)
    expect(untilNext(at('08:02:30'), every)).toBe(30_000)
  })
})

describe('what the canaries found', () => {
  const sent = (clock: string) => ({ canaryId: canaryOf(at(clock), every).canaryId, at: at(clock) })
  const answer = (clock: string, answered: string) => ({
    canaryId: canaryOf(at(clock), every).canaryId,
    sentAt: at(clock),
    answeredAt: at(answered),
  })
  const seen = (canaries: typeof noCanaries, clock: string) =>
    healthOf(canaries, consumers, at(clock)).items.find(({ durable }) => durable === 'reports-exports')

  it('names every consumer from the beginning, and calls nobody silent before a canary was sent', () => {
    const health = healthOf(noCanaries, consumers, at('08:00:30'))
    expect(health).toEqual({ items: consumers.map(({ durable, service }) => ({ durable, service })) })
  })

  it('is the round trip of the last canary', () => {
    const canaries = withAnswer(
      withSent(noCanaries, sent('08:01:00')),
      'reports-exports',
      answer('08:01:00', '08:01:00.012'),
    )
    expect(seen(canaries, '08:01:30')).toEqual({
      durable: 'reports-exports',
      service: 'reports',
      roundTripMs: 12,
      answeredAt: '2031-05-04T08:01:00.012Z',
    })
  })

  it('calls a consumer silent since the first canary that it should have answered', () => {
    let canaries = withSent(noCanaries, sent('08:01:00'))
    canaries = withAnswer(canaries, 'reports-exports', answer('08:01:00', '08:01:00.012'))
    canaries = withSent(withSent(canaries, sent('08:02:00')), sent('08:03:00'))
    expect(seen(canaries, '08:03:05')).toMatchObject({ silentSince: '2031-05-04T08:02:00.000Z' })
  })

  it('gives a consumer ten seconds', () => {
    const canaries = withSent(noCanaries, sent('08:01:00'))
    expect(seen(canaries, '08:01:10')).not.toHaveProperty('silentSince')
    expect(seen(canaries, '08:01:10.001')).toHaveProperty('silentSince')
  })

  it('forgives what was never answered once a later one is: the broker may have lost it', () => {
    let canaries = withSent(withSent(noCanaries, sent('08:01:00')), sent('08:02:00'))
    canaries = withAnswer(canaries, 'reports-exports', answer('08:02:00', '08:02:00.012'))
    expect(seen(canaries, '08:02:30')).not.toHaveProperty('silentSince')
  })

  it('is not moved back by late and doubled answers', () => {
    const canaries = withAnswer(noCanaries, 'reports-exports', answer('08:02:00', '08:02:01'))
    expect(withAnswer(canaries, 'reports-exports', answer('08:02:00', '08:02:07'))).toBe(canaries)
    expect(withAnswer(canaries, 'reports-exports', answer('08:01:00', '08:02:07'))).toBe(canaries)
  })

  it('takes a clock that is behind for no time at all', () => {
    const canaries = withAnswer(noCanaries, 'reports-exports', answer('08:02:00', '08:01:59'))
    expect(seen(canaries, '08:02:01')).toMatchObject({ roundTripMs: 0 })
  })
})
