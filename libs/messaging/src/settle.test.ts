import { silent } from '@rounds/kernel'
import { describe, expect, it, vi } from 'vitest'
import { done, reject, retry } from './outcome.ts'
import { pauseBefore, settle } from './settle.ts'

describe('settling', () => {
  it('acknowledges what is done', async () => {
    expect(await settled(done)).toEqual(['ack'])
  })

  it('asks for a retry no sooner than wanted, and not much later', async () => {
    const [answer = ''] = await settled(retry('busy', 1_000))

    const [, afterMs] = answer.split(' ')
    expect(Number(afterMs)).toBeGreaterThanOrEqual(1_000)
    expect(Number(afterMs)).toBeLessThanOrEqual(1_500)
  })

  it('buries first and terminates then: a crash in between buries twice and loses nothing', async () => {
    expect(await settled(reject('never'))).toEqual(['bury never', 'term never'])
  })

  it('buries what has spent its patience', async () => {
    const reason = 'patience spent after 8 deliveries: busy'
    expect(await settled(retry('busy', 1_000), { attempt: 8 })).toEqual([`bury ${reason}`, `term ${reason}`])
  })

  it('gives back what cannot be buried', async () => {
    const answers = await settled(reject('never'), {
      bury: () => Promise.reject(new Error('the stream is full')),
    })

    expect(answers).toEqual([expect.stringMatching(/^nak \d+$/)])
  })

  async function settled(outcome: Parameters<typeof settle>[1], { attempt = 1, bury }: Setting = {}) {
    const answers: string[] = []
    const letter = {
      ack: () => answers.push('ack'),
      nak: (afterMs: number) => answers.push(`nak ${afterMs}`),
      term: (reason: string) => answers.push(`term ${reason}`),
    }
    const buried = async (reason: string) => void answers.push(`bury ${reason}`)
    await settle(letter, outcome, { attempt, patience: 8, bury: bury ?? buried, log: silent })
    return answers
  }
})

interface Setting {
  attempt?: number
  bury?: () => Promise<void>
}

describe('the pause before another delivery', () => {
  it('grows fourfold from a second, up to five minutes', () => {
    const longest = [2, 3, 4, 5, 6, 7, 20].map((attempt) => pauseBefore(attempt, () => 1))

    expect(longest).toEqual([1_000, 4_000, 16_000, 64_000, 256_000, 300_000, 300_000])
  })

  it('is anything up to that, so that a crowd does not come back together', () => {
    const random = vi.fn(() => 0)
    expect(pauseBefore(7, random)).toBe(0)
    expect(random).toHaveBeenCalledOnce()
    expect(pauseBefore(3, () => 0.5)).toBe(2_000)
  })
})
