import { describe, expect, it } from 'vitest'
import { lockfileFaults } from './lockfile.ts'

describe('the lockfile', () => {
  it('is current when every workspace wants what is locked', () => {
    const lock = {
      packages: {
        web: { dependencies: { b: '2', a: '1' } },
        'node_modules/web': { resolved: 'web', link: true },
      },
    }
    expect(
      lockfileFaults(lock, new Map([['web', { dependencies: { a: '1', b: '2' }, devDependencies: {} }]])),
    ).toEqual([])
  })

  it('is not when a workspace wants more, less or another version', () => {
    const lock = { packages: { web: { dependencies: { a: '1' } } } }
    for (const dependencies of [{ a: '1', b: '2' }, {}, { a: '2' }]) {
      expect(lockfileFaults(lock, new Map([['web', { dependencies }]]))).toEqual([
        'web/package.json has other dependencies than the lockfile',
      ])
    }
    expect(
      lockfileFaults({ packages: {} }, new Map([['new', { devDependencies: { a: '1' } }]])),
    ).toHaveLength(1)
  })

  it('names no registry', () => {
    const lock = { packages: { 'node_modules/a': { resolved: 'https://registry.example.test/a.tgz' } } }
    expect(lockfileFaults(lock, new Map())).toEqual(['node_modules/a is bound to one registry'])
  })
})
