import { describe, expect, it } from 'vitest'
import { canaryAnswered } from './canary-events.ts'
import { collections } from './collections.ts'
import { hospitalEvents } from './events.ts'
import { busMembers, consumers, gatherers, replaySubjectOf, streams, subjectsHeardBy } from './topology.ts'

describe('the topology', () => {
  it('keeps every kept event in exactly one stream, by name and without wildcard, but for ticks', () => {
    const subjects = streams.find((stream) => stream.name === 'EVENTS')?.subjects ?? []
    expect([...subjects].sort()).toEqual(
      [
        ...hospitalEvents
          .filter(({ kept, type }) => kept && !type.startsWith('tick.'))
          .map((contract) => `hospital.${contract.type}`),
        'replay.events.*',
        'checkpoint.events.*.*',
      ].sort(),
    )
    expect(streams.find((stream) => stream.name === 'TICKS')?.subjects).toEqual([
      'hospital.tick.*',
      'replay.ticks.*',
      'checkpoint.ticks.*.*',
    ])
  })

  it('has somebody who says each event', () => {
    const said = new Set(Object.values(busMembers).flatMap((member) => member.says))
    expect(hospitalEvents.filter((contract) => !said.has(contract))).toEqual([])
  })

  it('gives every consumer to the service that lists it', () => {
    const listed = Object.values(busMembers).flatMap((member) => member.hears)
    expect(new Set(listed)).toEqual(new Set(consumers))
    for (const member of Object.values(busMembers)) {
      for (const consumer of member.hears) expect(consumer.service).toBe(member.service)
    }
  })

  it('gives every gatherer to the service that lists it, under a name of its own', () => {
    const members = Object.values(busMembers)
    expect(new Set(members.flatMap(({ gathers }) => gathers ?? []))).toEqual(new Set(gatherers))
    for (const { service, gathers = [] } of members)
      for (const gatherer of gathers) expect(gatherer.service).toBe(service)
    const names = [...consumers, ...gatherers].map(({ durable }) => durable)
    expect(new Set(names).size).toBe(names.length)
  })

  it('hands a replay to one consumer and to nobody else', () => {
    const isMeantBy = (patterns: readonly string[], subject: string) =>
      patterns.some((pattern) => pattern.endsWith('.*') && subject.startsWith(pattern.slice(0, -1)))
    for (const consumer of consumers) {
      const subject = replaySubjectOf(consumer)
      expect(consumers.filter((other) => subjectsHeardBy(other).includes(subject))).toEqual([consumer])
      expect(streams.filter(({ subjects }) => isMeantBy(subjects, subject)).map(({ name }) => name)).toEqual([
        consumer.stream,
      ])
    }
  })

  it('lets everyone who hears anything answer a canary', () => {
    for (const member of Object.values(busMembers)) {
      if (member.hears.length > 0) expect(member.says).toContain(canaryAnswered)
    }
  })

  it('ends our patience before the broker ends its own, which would be silent', () => {
    for (const consumer of consumers) expect(consumer.patience).toBeLessThan(consumer.maxDeliver)
  })
})

describe('the collections', () => {
  it('have one owner each, and publish to others only', () => {
    expect(new Set(collections.map((one) => one.name)).size).toBe(collections.length)
    for (const one of collections) expect(one.publishedTo).not.toContain(one.owner)
  })

  it('declare indexes where the owner may not make them, and only there', () => {
    for (const { name, appendOnly, indexes } of collections)
      expect([name, indexes !== undefined && !appendOnly]).toEqual([name, false])
  })
})
