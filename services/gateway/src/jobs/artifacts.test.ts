import { describe, expect, it } from 'vitest'
import { artifactName, errorsName } from './artifacts.ts'

describe('the name of a file in the artifact store', () => {
  it.each(['job-1.1.csv', 'job-1.12.csv.gz'])('may be %s', (file) => {
    expect(nameFor(file)).toBe(file)
  })

  it.each([
    '..',
    '../job-1.1.csv',
    'job-1.1.csv/..',
    'job-2.1.csv',
    'job-1..csv',
    'job-1.1.json',
    'job-1.1.csv.gz.json',
    '.job-1.1.csv',
  ])('is never %s', (file) => {
    expect(nameFor(file)).toBeUndefined()
  })
})

it.each(['job-1.1.csv', 'job-1.1.csv.gz'])('the errors of %s stand beside it', (file) => {
  expect(errorsName(file)).toBe('job-1.1.errors.csv')
})

const nameFor = (file: string) => artifactName({ _id: 'job-1', result: { file } as never })
