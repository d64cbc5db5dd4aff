import { type ChatNews, newsMessage } from '@rounds/chat'
import { describe, expect, it } from 'vitest'
import { toldInSpaces } from './told-in-spaces.ts'

const visit = (n: number) => `chat-1-visit-${n}`
const wanted = [0, 1, 2].map((n) => ({ id: visit(n), spaceId: 'a' }))

describe('what was told in spaces', () => {
  it('is all that was wanted, in cards and digests', () => {
    const messages = [message('a', 0), message('a', 1, 2)]
    expect(toldInSpaces(wanted, messages)).toEqual({ lost: [], surplus: [], unnamed: 0 })
  })

  it('is too much and too little when one visit is told twice and another left out', () => {
    for (const messages of [[message('a', 0), message('a', 0, 1)], [message('a', 0, 0, 1)]])
      expect(toldInSpaces(wanted, messages)).toMatchObject({
        lost: [`a ${visit(2)}`],
        surplus: [`a ${visit(0)}`],
      })
  })

  it('does not count where nobody wanted to hear of it', () => {
    expect(toldInSpaces(wanted, [message('a', 0, 1), message('b', 2)])).toEqual({
      lost: [`a ${visit(2)}`],
      surplus: [`b ${visit(2)}`],
      unnamed: 0,
    })
  })

  it('is unknown as far as a digest counts more than it names', () => {
    const many = Array.from({ length: 50 }, (_, n) => n)
    const found = toldInSpaces(
      many.map((n) => ({ id: visit(n), spaceId: 'a' })),
      [message('a', 0, ...many.slice(1))],
    )
    expect([found.unnamed, found.lost.length]).toEqual([10, 10])
  })

  it('is nothing as long as no message was made', () => {
    expect(toldInSpaces(wanted, []).lost).toHaveLength(3)
  })
})

/** As the notifier makes it, and as a line of the sink's log has it. */
function message(space: string, first: number, ...others: readonly number[]) {
  const news = (n: number): ChatNews => ({
    news: 'appointment.checked',
    appointmentId: visit(n),
    startsAt: new Date(0),
    doctor: 'Dr. Nobody',
    department: visit(n),
    patient: { name: 'Nobody', number: 'P-0' },
  })
  const made = newsMessage([news(first), ...others.map(news)], {
    language: 'en',
    patientShownAs: 'nobody',
    publicUrl: 'https://rounds.example.test',
    hospitalName: 'Rounds',
    zone: 'Asia/Kolkata',
  })
  return { space, message: JSON.parse(JSON.stringify(made)) }
}
