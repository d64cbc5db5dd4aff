import { chance } from '@rounds/stack'
import { describe, expect, it } from 'vitest'
import { type Boundary, boundaries, boundaryFindings, type Crashable, keepCrashing } from './boundaries.ts'
import { isKept } from './row.ts'

const all = boundaries.reports.map(({ what }) => what)

describe('kills at boundaries', () => {
  it('come to every boundary, and the row holds', async () => {
    const crashes = await crashing({ passes: () => true })
    expect(crashes.reached).toEqual(all)
    expect(isHeld(crashes, 'long')).toBe(true)
  })

  it('do not count where nothing like it ever passes: the row names the place, and does not hold', async () => {
    const crashes = await crashing({ passes: ({ what }) => what !== 'before reading rows' })
    expect(crashes.missed).toEqual(['before reading rows'])
    expect(boundaryFindings(crashes, 'long').notes).toContain('boundaries not reached: before reading rows')
    expect([isHeld(crashes, 'long'), isHeld(crashes, 'short')]).toEqual([false, false])
  })

  it('go back to what was missed, and are content when it is reached then', async () => {
    let asked = 0
    const crashes = await crashing({
      passes: ({ what }) => what !== 'before reading rows' || ++asked > 1,
    })
    expect(crashes.missed).toEqual([])
    expect(isHeld(crashes, 'long')).toBe(true)
  })

  it('hold a short row to what it tried, and a long one to all there is', async () => {
    const crashes = await crashing({ passes: () => true, kills: 3 })
    expect(crashes.untried).toHaveLength(all.length - 3)
    expect([isHeld(crashes, 'long'), isHeld(crashes, 'short')]).toEqual([false, true])
  })

  it('do not hold a place against a row in which nobody asks any more', async () => {
    let isGoingOn = true
    const crashes = await crashing({
      passes: () => {
        isGoingOn = false
        return false
      },
      isGoingOn: () => isGoingOn,
    })
    expect([crashes.missed, crashes.untried.length]).toEqual([[], all.length])
    // Where it never died at one, nothing is shown either.
    expect(isHeld(crashes, 'short')).toBe(false)
  })

  it('begin where work is in hand, by whichever seed', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const [first] = (await crashing({ passes: () => true, kills: 1, seed })).reached
      expect(first).toContain('reading rows')
    }
  })
})

const isHeld = (crashes: Awaited<ReturnType<typeof crashing>>, profile: 'short' | 'long') =>
  boundaryFindings(crashes, profile).bars.every(isKept)

function crashing({
  passes,
  kills = 60,
  isGoingOn = () => true,
  seed = 1,
}: {
  passes: (boundary: Boundary) => boolean
  kills?: number
  isGoingOn?: () => boolean
  seed?: number
}) {
  const wire = {
    add: (rule: Parameters<Crashable['proxies']['reports']['nats']['add']>[0]) => {
      const { match, when, at } = rule
      const boundary = boundaries.reports.find(
        (one) => one.rule.match === match && one.rule.when === when && one.rule.at === at,
      )
      const timer = setTimeout(() => boundary && passes(boundary) && rule.atHit?.())
      return () => clearTimeout(timer)
    },
  }
  const wires = { nats: wire, mongo: wire }
  return keepCrashing(
    {
      proxies: { gateway: wires, reports: wires },
      crash: async () => {},
      chance: chance(seed),
      between: () => 0,
    },
    'reports',
    { isGoingOn, hit: () => {}, kills, withinMs: 20 },
  )
}
