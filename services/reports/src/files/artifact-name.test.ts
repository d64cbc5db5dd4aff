import { describe, expect, it } from 'vitest'
import { artifactName, errorsOf, manifestOf, parsedArtifactName, partOf } from './artifact-name.ts'

describe('artifact names', () => {
  it.each([true, false])('are read back, gzip: %s', (gzip) => {
    const file = artifactName('0198-ab_C', 7, gzip)
    const about = { key: '0198-ab_C', fence: 7 }
    expect(parsedArtifactName(file)).toEqual({ ...about, isPart: false })
    expect(parsedArtifactName(partOf(file))).toEqual({ ...about, isPart: true })
    expect(parsedArtifactName(manifestOf(file))).toEqual({ ...about, isPart: false })
    expect(parsedArtifactName(partOf(manifestOf(file)))).toEqual({ ...about, isPart: true })
    expect(errorsOf(file)).toBe('0198-ab_C.7.errors.csv')
    expect(parsedArtifactName(errorsOf(file))).toEqual({ ...about, isPart: false })
    expect(parsedArtifactName(partOf(errorsOf(file)))).toEqual({ ...about, isPart: true })
  })

  it('differ for two claims on the same report', () => {
    expect(artifactName('r', 1, false)).not.toBe(artifactName('r', 2, false))
  })

  it.each(['notes.txt', 'r.csv', '../r.1.csv', 'a/b.1.csv', 'r.1.csv.bak', '.1.csv', 'r.x.csv', ''])(
    'are not found in %j, which is left alone',
    (name) => expect(parsedArtifactName(name)).toBeUndefined(),
  )
})
