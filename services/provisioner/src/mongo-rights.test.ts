import { describe, expect, it } from 'vitest'
import { mongoUsers, privilegesOf } from './mongo-rights.ts'

describe('rights from the table of collections', () => {
  const table = [
    { name: 'beds', owner: 'gateway', publishedTo: ['reports'], why: '' },
    { name: 'diary', owner: 'gateway', publishedTo: [], appendOnly: true, why: '' },
  ] as const

  it('give the owner everything but administration', () => {
    expect(privilegesOf('gateway', 'rounds', table)[0]).toEqual({
      resource: { db: 'rounds', collection: 'beds' },
      actions: ['find', 'insert', 'listIndexes', 'createIndex', 'update', 'remove'],
    })
  })

  it('give nobody a way to change what is append-only, nor an index that would let it expire', () => {
    expect(privilegesOf('gateway', 'rounds', table)[1]?.actions).toEqual(['find', 'insert', 'listIndexes'])
  })

  it('give a reader find on what is published to it, and nothing of the rest', () => {
    expect(privilegesOf('reports', 'rounds', table)).toEqual([
      { resource: { db: 'rounds', collection: 'beds' }, actions: ['find'] },
    ])
  })

  it('give a reader of some fields a view of them, and not the collection', () => {
    const shown = {
      name: 'beds',
      owner: 'gateway',
      publishedTo: [],
      fieldsFor: { mailer: ['ward'] },
      why: '',
    } as const
    expect(privilegesOf('mailer', 'rounds', [shown])).toEqual([
      { resource: { db: 'rounds', collection: 'beds_for_mailer' }, actions: ['find'] },
    ])
    expect(privilegesOf('reports', 'rounds', [shown])).toEqual([])
  })

  it('never name a whole database', () => {
    const all = mongoUsers.flatMap((service) => privilegesOf(service, 'rounds'))
    expect(all.filter(({ resource }) => resource.collection === '')).toEqual([])
  })
})
