import { describe, expect, it } from 'vitest'
import { canaryAnswered } from './canary-events.ts'
import { collections } from './collections.ts'
import { hospitalEvents } from './events.ts'
import { busMembers, consumers, streams } from './topology.ts'

describe('the topology', () => {
  it('keeps every kept event in exactly one stream, by name and without wildcard, but for ticks', () => {
    const subjects = streams.find((stream) => stream.name === 'EVENTS')?.subjects ?? []
    expect([...subjects].sort()).toEqual(
      hospitalEvents
        .filter(({ kept, type }) => kept && !type.startsWith('tick.'))
        .map((contract) => `hospital.${contract.type}`)
        .sort(),
    )
    expect(streams.find((stream) => stream.name === 'TICKS')?.subjects).toEqual(['hospital.tick.*'])
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
})
