import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Claim, Ending } from './ledger.ts'
import { memoryLedger } from './memory-ledger.ts'
import { type WorkersOptions, workers } from './workers.ts'

type Perform = WorkersOptions<string, string>['perform']

describe('workers', () => {
  it('do what waits, also when nobody rang', async () => {
    const { ledger, start, states } = setUp(async () => finished)
    await start()
    await ledger.accept('a', 'input')
    await ledger.accept('b', 'input')
    await until(async () => expect(await states('a', 'b')).toEqual(['done', 'done']))
  })

  it('begin at once when rung', async () => {
    const { ledger, start, states, team } = setUp(async () => finished, { pollEveryMs: 60_000 })
    await start()
    await sleep(20)
    await ledger.accept('a', 'input')
    team.ring()
    await until(async () => expect(await states('a')).toEqual(['done']))
  })

  it('have no more in hand than agreed, and go on without a pause', async () => {
    let inHand = 0
    let most = 0
    const { ledger, start, states } = setUp(
      async () => {
        most = Math.max(most, ++inHand)
        await sleep(5)
        inHand--
        return finished
      },
      { concurrency: 3, pollEveryMs: 60_000 },
    )
    const keys = Array.from({ length: 20 }, (_, n) => `${n}`)
    for (const key of keys) await ledger.accept(key, 'input')
    await start()
    await until(async () => expect(new Set(await states(...keys))).toEqual(new Set(['done'])))
    expect(most).toBe(3)
  })

  it('claim for many at once while much waits, and not one for each that ends', async () => {
    const { ledger, start, states, searches } = setUp(() => sleep(2, finished), {
      concurrency: 16,
      pollEveryMs: 60_000,
    })
    const keys = Array.from({ length: 200 }, (_, n) => `${n}`)
    for (const key of keys) await ledger.accept(key, 'input')
    await start()
    await until(async () => expect(new Set(await states(...keys))).toEqual(new Set(['done'])))
    expect(searches()).toBeLessThan(80)
  })

  it('have room for one wait for no more than a moment, however long the others take', async () => {
    let isFree = false
    const { ledger, start, states } = setUp(
      async ({ key }) => {
        if (key === 'short') await until(() => expect(isFree).toBe(true))
        else if (key !== 'waits') await new Promise((resolve) => setTimeout(resolve, 2_000).unref())
        return finished
      },
      { concurrency: 8, pollEveryMs: 60_000 },
    )
    const long = Array.from({ length: 7 }, (_, n) => `long ${n}`)
    for (const key of [...long, 'short', 'waits']) await ledger.accept(key, 'input')
    await start()
    isFree = true
    await until(async () => expect(await states('short', 'waits')).toEqual(['done', 'done']))
    expect(new Set(await states(...long))).toEqual(new Set(['claimed']))
  })

  it('tell of an ending that came too late', async () => {
    const late: number[] = []
    const written = Promise.withResolvers<void>()
    const { ledger, start, began } = setUp(
      () => written.promise.then(() => finished),
      {
        onTooLate: async ({ fence }) => void late.push(fence),
        ...{ lookEveryMs: 60_000, renewEveryMs: 60_000, pollEveryMs: 60_000 },
      },
      { leaseMs: 0 },
    )
    await ledger.accept('a', 'input')
    await start()
    await until(() => expect(began).toEqual(['a']))
    await ledger.sweep()
    await ledger.claim('a')
    written.resolve()
    await until(() => expect(late).toEqual([1]))
    expect(await ledger.read('a')).toMatchObject({ state: 'claimed', fence: 2 })
  })

  describe('that share permits with others', () => {
    it('claim at once with the only one there is, however much waits', async () => {
      const { permits, takes } = pool(1)
      const { ledger, start, states } = setUp(async () => finished, {
        permits,
        concurrency: 16,
        pollEveryMs: 60_000,
      })
      const keys = Array.from({ length: 20 }, (_, n) => `${n}`)
      for (const key of keys) await ledger.accept(key, 'input')
      await start()
      await until(async () => expect(new Set(await states(...keys))).toEqual(new Set(['done'])))
      // One for each, and one that found nothing left.
      expect(takes()).toBeLessThanOrEqual(keys.length + 1)
    })

    it('claim nothing without one, and leave it to who has one', async () => {
      const { ledger, start, states, began } = setUp(async () => finished, { permits: pool(0).permits })
      const other = setUp(async () => finished, { permits: pool(1).permits }, {}, ledger)
      await ledger.accept('a', 'input')
      await start()
      await sleep(30)
      expect(await states('a')).toEqual(['waiting'])
      await other.start()
      await until(async () => expect(await states('a')).toEqual(['done']))
      expect(began).toEqual([])
    })

    it('have no more in hand than there are, also when they make room for more', async () => {
      const { permits, most } = pool(2)
      const { ledger, start, states } = setUp(() => sleep(5, finished), { permits })
      const keys = Array.from({ length: 10 }, (_, n) => `${n}`)
      for (const key of keys) await ledger.accept(key, 'input')
      await start()
      await until(async () => expect(new Set(await states(...keys))).toEqual(new Set(['done'])))
      expect(most()).toBe(2)
    })

    it.each<[string, Perform]>([
      ['was done', async () => finished],
      ['threw', () => Promise.reject(new Error('busy'))],
    ])('give back what they took for work that %s, and what they found no work for', async (_, perform) => {
      const { permits, out } = pool(3)
      const { ledger, start, began, team } = setUp(perform, { permits, attempts: 1 })
      await ledger.accept('a', 'input')
      await start()
      await until(() => expect(began).toEqual(['a']))
      await team.stop()
      expect(out()).toBe(0)
    })

    it('give back what they took while the database was away', async () => {
      const { permits, out } = pool(3)
      const { outage, start, team } = setUp(async () => finished, { permits })
      outage.is = true
      await start()
      await sleep(30)
      await team.stop()
      expect(out()).toBe(0)
    })
  })

  it('keep leases alive for as long as the work takes', async () => {
    const { ledger, start, states } = setUp(
      async () => {
        await sleep(300)
        return finished
      },
      { renewEveryMs: 20 },
      { leaseMs: 100 },
    )
    await ledger.accept('a', 'input')
    await start()
    const sweeping = setInterval(() => void ledger.sweep(), 10)
    await until(async () => expect(await states('a')).toEqual(['done']))
    clearInterval(sweeping)
    expect((await ledger.read('a'))?.attempts).toBe(1)
  })

  it('try again after a throw, and tell how it ends once the attempts are spent', async () => {
    const onSpent = vi.fn((claim: Claim<string, string>): Ending<string> => failed(`after ${claim.attempt}`))
    const { ledger, start, states } = setUp(() => Promise.reject(new Error('busy')), { attempts: 3, onSpent })
    await ledger.accept('a', 'input')
    await start()
    await until(async () => expect(await states('a')).toEqual(['failed']))
    expect((await ledger.read('a'))?.outcome).toBe('after 3')
    expect(onSpent).toHaveBeenCalledTimes(1)
  })

  it('survive an ending that cannot be made', async () => {
    const { ledger, start, states } = setUp(
      (claim) => (claim.key === 'a' ? Promise.reject(new Error('busy')) : Promise.resolve(finished)),
      {
        attempts: 1,
        onSpent: () => {
          throw new Error('a bug')
        },
      },
    )
    await ledger.accept('a', 'input')
    await ledger.accept('b', 'input')
    await start()
    await until(async () => expect(await states('a', 'b')).toEqual(['claimed', 'done']))
  })

  it('do not perform work that has killed its worker at every attempt', async () => {
    const perform = vi.fn(async () => finished)
    const { ledger, start, states } = setUp(perform, { attempts: 2 }, { leaseMs: 0 })
    await ledger.accept('a', 'input')
    for (let death = 1; death <= 2; death++) {
      await ledger.claim('a')
      await ledger.sweep()
    }
    await start()
    await until(async () => expect(await states('a')).toEqual(['failed']))
    expect(perform).not.toHaveBeenCalled()
  })

  it('list as in doubt what threw after it intended, where repeating is doubtful', async () => {
    const { ledger, start, states } = setUp(
      async (claim) => {
        await claim.intend()
        throw new Error('the line went dead')
      },
      {},
      { repeating: 'doubtful' },
    )
    await ledger.accept('a', 'input')
    await start()
    await until(async () => expect(await states('a')).toEqual(['in doubt']))
  })

  describe('tell whoever performs to stop', () => {
    it('at once, when the work is called off here', async () => {
      const { ledger, start, reasons, team, busy, states } = stopping({ lookEveryMs: 60_000 })
      await ledger.accept('a', 'input')
      await start()
      await busy()
      await ledger.cancel('a', 'input')
      team.callOff('a')
      await until(async () => expect(await states('a')).toEqual(['cancelled']))
      expect(reasons).toEqual(['CallOff'])
    })

    it('soon, when it was called off elsewhere', async () => {
      const { ledger, start, reasons, busy, states } = stopping({ lookEveryMs: 20 })
      await ledger.accept('a', 'input')
      await start()
      await busy()
      await ledger.cancel('a', 'input')
      await until(async () => expect(await states('a')).toEqual(['cancelled']))
      expect(reasons).toEqual(['CallOff'])
    })

    it('when another worker has taken it over, and write nothing then', async () => {
      const { ledger, start, reasons, busy } = stopping(
        { lookEveryMs: 20, renewEveryMs: 60_000, pollEveryMs: 60_000 },
        { leaseMs: 0 },
      )
      await ledger.accept('a', 'input')
      await start()
      await busy()
      await ledger.sweep()
      await ledger.claim('a')
      await until(() => expect(reasons).toEqual(['LostClaimError']))
      await sleep(30)
      expect(await ledger.read('a')).toMatchObject({ state: 'claimed', fence: 2 })
    })

    it('when this same process has taken it again after a long sleep', async () => {
      const { ledger, start, reasons, busy, began } = stopping(
        { lookEveryMs: 60_000, renewEveryMs: 60_000 },
        { leaseMs: 0 },
      )
      await ledger.accept('a', 'input')
      await start()
      await busy()
      await ledger.sweep()
      await until(() => expect(began).toEqual(['a', 'a']))
      expect(reasons).toEqual(['LostClaimError'])
    })

    it('when it takes too long', async () => {
      const { ledger, start, reasons, states } = stopping({ deadlineMs: 30, attempts: 1 })
      await ledger.accept('a', 'input')
      await start()
      await until(async () => expect(await states('a')).toEqual(['failed']))
      expect(reasons).toEqual(['DeadlineError'])
    })

    it('and leave behind who does not listen', async () => {
      const { ledger, start, states } = setUp(() => new Promise(() => {}), {
        deadlineMs: 20,
        graceMs: 20,
        attempts: 1,
      })
      await ledger.accept('a', 'input')
      await start()
      await until(async () => expect(await states('a')).toEqual(['failed']))
    })
  })

  describe('when the process stops', () => {
    it('finish what is in hand and take nothing new', async () => {
      const { ledger, start, team, states, began } = setUp(async () => {
        await sleep(50)
        return finished
      })
      await ledger.accept('a', 'input')
      await start()
      await until(() => expect(began).toEqual(['a']))
      const stopped = team.stop()
      await ledger.accept('b', 'input')
      await stopped
      expect(await states('a', 'b')).toEqual(['done', 'waiting'])
    })

    it('put back what does not end in time, without counting the attempt', async () => {
      const { ledger, start, team, reasons, busy } = stopping({ stopPatienceMs: 30 })
      await ledger.accept('a', 'input')
      await start()
      await busy()
      await team.stop()
      await team.stop()
      expect(reasons).toEqual(['Stopping'])
      expect(await ledger.read('a')).toMatchObject({ state: 'waiting', attempts: 0 })
    })
  })

  describe('when the database is away for a while', () => {
    it('go on afterwards, and write the outcome of what was done meanwhile', async () => {
      const { ledger, start, states, outage, began } = setUp(async () => {
        await sleep(60)
        return finished
      })
      await ledger.accept('a', 'input')
      await start()
      await until(() => expect(began).toEqual(['a']))
      outage.is = true
      await sleep(150)
      outage.is = false
      await ledger.accept('b', 'input')
      await until(async () => expect(await states('a', 'b')).toEqual(['done', 'done']))
      expect(began).toEqual(['a', 'b'])
    })
  })

  describe('who accept work themselves', () => {
    it('take it in hand with the same write', async () => {
      const { start, team, states, searches, looked } = setUp(async () => finished, { pollEveryMs: 60_000 })
      await start()
      await looked()
      const before = searches()
      await team.accept('a', 'input')
      await until(async () => expect(await states('a')).toEqual(['done']))
      expect(searches()).toBe(before)
    })

    it('do known work no second time, and what waits when its turn comes', async () => {
      const { ledger, start, team, states, looked, began } = setUp(async () => finished)
      await start()
      await looked()
      await team.accept('a', 'input')
      await until(async () => expect(await states('a')).toEqual(['done']))
      await ledger.accept('b', 'input')
      await Promise.all([team.accept('a', 'input'), team.accept('b', 'input')])
      await until(async () => expect(await states('b')).toEqual(['done']))
      expect(began).toEqual(['a', 'b'])
    })

    it('write it down for later when there is no room, however much comes, and then do all of it', async () => {
      let inHand = 0
      let most = 0
      const { start, team, states, looked } = setUp(
        async () => {
          most = Math.max(most, ++inHand)
          await sleep(20)
          inHand--
          return finished
        },
        { concurrency: 3, roomPatienceMs: 5, pollEveryMs: 60_000 },
      )
      await start()
      await looked()
      const keys = Array.from({ length: 20 }, (_, n) => `${n}`)
      await Promise.all(keys.map((key) => team.accept(key, 'input')))
      expect(await states(...keys)).toContain('waiting')
      await until(async () => expect(new Set(await states(...keys))).toEqual(new Set(['done'])))
      expect(most).toBe(3)
    })

    it('do what has waited before what comes', async () => {
      const { ledger, start, team, states, began } = setUp(async () => finished, { concurrency: 1 })
      for (const key of ['a', 'b', 'c']) await ledger.accept(key, 'input')
      await start()
      await team.accept('d', 'input')
      await until(async () => expect(await states('d')).toEqual(['done']))
      expect(began).toEqual(['a', 'b', 'c', 'd'])
    })

    it('do what waits also while every hand is busy with what comes', async () => {
      const { ledger, team, start, states, looked } = setUp(() => sleep(3, finished), {
        concurrency: 2,
        pollEveryMs: 20,
      })
      await start()
      await looked()
      let isComing = true
      const coming = Array.from({ length: 6 }, async (_, who) => {
        for (let n = 0; isComing; n++) {
          await team.accept(`new ${who} ${n}`, 'input')
          await sleep(1)
        }
      })
      await sleep(30)
      // As what another process gave back.
      await ledger.accept('waits', 'input')
      await until(async () => expect(await states('waits')).toEqual(['done']))
      isComing = false
      await Promise.all(coming)
    })

    it('leave to others what has no permit here', async () => {
      const { permits } = pool(0)
      const { start, team, states } = setUp(async () => finished, { permits, roomPatienceMs: 1 })
      await start()
      await team.accept('a', 'input')
      expect(await states('a')).toEqual(['waiting'])
    })

    it('give room and permit back when the database is away', async () => {
      const { permits, out } = pool(2)
      const { start, team, states, looked, outage } = setUp(async () => finished, { concurrency: 2, permits })
      await start()
      await looked()
      outage.is = true
      for (const key of ['a', 'b', 'c']) await expect(team.accept(key, 'input')).rejects.toThrow('no primary')
      await until(() => expect(out()).toBe(0))
      outage.is = false
      await team.accept('a', 'input')
      await until(async () => expect(await states('a')).toEqual(['done']))
    })

    it('finish it before they stop, and only write down what comes then', async () => {
      const { start, team, states, looked } = setUp(async () => {
        await sleep(20)
        return finished
      })
      await start()
      await looked()
      const accepted = team.accept('a', 'input')
      const stopped = team.stop()
      await Promise.all([accepted, team.accept('b', 'input'), stopped])
      expect(await states('a', 'b')).toEqual(['done', 'waiting'])
    })
  })

  it('know when anything last moved', async () => {
    const { ledger, start, states, team } = setUp(async () => finished)
    const before = team.progressAt()
    await sleep(5)
    await ledger.accept('a', 'input')
    await start()
    await until(async () => expect(await states('a')).toEqual(['done']))
    const after = team.progressAt()
    expect(after).toBeGreaterThan(before)
    await sleep(5)
    team.noteProgress()
    expect(team.progressAt()).toBeGreaterThan(after)
  })
})

const finished: Ending<string> = { state: 'done', outcome: 'ok', says: [] }
const failed = (outcome: string): Ending<string> => ({ state: 'failed', outcome, says: [] })
const log = { debug() {}, info() {}, warn() {}, error() {} }
const teams: { stop(): Promise<void> }[] = []

afterEach(async () => {
  await Promise.all(teams.splice(0).map((team) => team.stop()))
})

function setUp(
  perform: Perform,
  options: Partial<WorkersOptions<string, string>> = {},
  memory: { leaseMs?: number; repeating?: 'safe' | 'doubtful' } = {},
  ledger = memoryLedger<string, string>(memory),
) {
  const outage = { is: false }
  let searches = 0
  const began: string[] = []
  const through = async <T>(answer: () => Promise<T>) => {
    if (outage.is) throw new Error('no primary')
    return answer()
  }
  const unsteady = {
    accept: (key: string, input: string) => through(() => ledger.accept(key, input)),
    acceptInHand: (key: string, input: string) => through(() => ledger.acceptInHand(key, input)),
    claimMany: (room: number) =>
      through(async () => {
        searches += 1
        const claims = await ledger.claimMany(room)
        return claims.map((claim) => ({
          ...claim,
          settle: (ending: Ending<string>) => through(() => claim.settle(ending)),
        }))
      }),
    renew: (claims: readonly Claim<string, string>[]) => through(() => ledger.renew(claims)),
    look: (claims: readonly Claim<string, string>[]) => through(() => ledger.look(claims)),
  }
  const team = workers(unsteady, {
    name: 'work',
    concurrency: 4,
    deadlineMs: 5_000,
    pollEveryMs: 5,
    stopPatienceMs: 50,
    graceMs: 50,
    backoffMs: { first: 1, longest: 5 },
    onSpent: () => failed('spent'),
    log,
    ...options,
    perform: (claim, signal) => {
      began.push(claim.key)
      return perform(claim, signal)
    },
  })
  teams.push(team)
  const states = (...keys: string[]) => Promise.all(keys.map(async (key) => (await ledger.read(key))?.state))
  const looked = () => until(() => expect(searches).toBeGreaterThan(0))
  return { ledger, team, start: () => team.start(), states, outage, began, looked, searches: () => searches }
}

/** So many permits, and how many were ever out at once. */
function pool(size: number) {
  let out = 0
  let most = 0
  let takes = 0
  return {
    permits: {
      take(atMost: number) {
        const taken = Math.min(atMost, size - out)
        if (taken > 0) takes += 1
        out += taken
        most = Math.max(most, out)
        return taken
      },
      giveBack(count: number) {
        out -= count
      },
    },
    out: () => out,
    most: () => most,
    takes: () => takes,
  }
}

/** Work that goes on until it is told to stop, and notes why. */
function stopping(...[options, memory]: [Partial<WorkersOptions<string, string>>, { leaseMs?: number }?]) {
  const reasons: string[] = []
  const world = setUp(
    (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason.name)
          reject(signal.reason)
        })
      }),
    options,
    memory,
  )
  return { ...world, reasons, busy: () => until(() => expect(world.began).toHaveLength(1)) }
}

const until = (assertion: () => unknown) => vi.waitFor(assertion, { timeout: 3_000, interval: 5 })
