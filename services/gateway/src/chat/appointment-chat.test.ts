import { describe, expect, it } from 'vitest'
import { chatOfAppointments } from './appointment-chat.ts'

const asked: string[] = []
const about = (wereEver: boolean) =>
  chatOfAppointments({
    posts: {
      async told() {
        asked.push('posts')
        return []
      },
    },
    spaces: {
      async wereEver() {
        asked.push('spaces')
        return wereEver
      },
      stopped: async () => new Set(),
    },
  })

describe('what chat was told of appointments', () => {
  it.each([
    ['an admin', 'admin', true, true],
    ['a doctor', 'doctor', true, true],
    ['a patient, who is told nothing of chat', 'patient', true, false],
    ['a doctor of a hospital that never had a space', 'doctor', false, false],
  ] as const)('may be something to %s', async (_, role, wereEver, mayTell) => {
    expect(await about(wereEver).mayTell({ role })).toBe(mayTell)
  })

  it('is not asked for to patients, nor of no appointments', async () => {
    asked.length = 0
    await about(true).mayTell({ role: 'patient' })
    await about(true).of([])
    expect(asked).toEqual([])
  })
})
