import { describe, expect, it } from 'vitest'
import { readPartnerOptions } from './options.ts'

describe('npm run partner', () => {
  it('lets a system say everything under its own name, unless it is told otherwise', () => {
    expect(readPartnerOptions(['add', 'lis']).wish).toMatchObject({
      act: 'add',
      systemId: 'lis',
      name: 'LIS',
      sources: ['/lis', '/lis/*'],
    })
    expect(
      readPartnerOptions(['add', 'lis', '--types', 'appointment.checked', '--sources', '/lab']).wish,
    ).toMatchObject({ types: ['appointment.checked'], sources: ['/lab'] })
  })

  it.each([
    [['add'], /name of 2 to 20/],
    [['add', 'LIS'], /name of 2 to 20/],
    [['add', '../lis'], /name of 2 to 20/],
    [['add', 'lis', 'pacs'], /one system at a time/],
    [['forget', 'lis'], /no "forget"/],
    [['add', 'lis', '--types', 'appointment.eaten'], /nothing that systems say/],
  ])('refuses %j with a sentence', (args, sentence) => {
    expect(() => readPartnerOptions(args)).toThrow(sentence)
  })

  it('shows how it is used when nothing is asked', () => {
    expect(readPartnerOptions([]).wish).toEqual({ act: 'help' })
  })
})
