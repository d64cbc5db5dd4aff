import type { Language, SpaceNews } from '@rounds/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messageBytes, mostBytes } from './message.ts'
import { type ChatNews, newsMessage, previewMessage, testMessage, type Voice } from './news-message.ts'

const voice: Voice = {
  language: 'en',
  patientShownAs: 'initials',
  publicUrl: 'https://rounds.example.test/',
  hospitalName: 'Example Hospital',
  zone: 'Asia/Kolkata',
}
const visit: ChatNews = {
  news: 'appointment.checked',
  appointmentId: 'visit',
  startsAt: new Date('2026-11-26T05:00:00Z'),
  doctor: 'Dr. Rao',
  department: 'Cardiology',
  patient: { name: 'Ada Sen', number: 'P-1' },
}
const kinds: SpaceNews[] = [
  'appointment.booked',
  'appointment.rescheduled',
  'appointment.cancelled',
  'appointment.checked',
  'appointment.missed',
]
const languages: Language[] = ['en', 'hi']

describe('one piece of news', () => {
  it('is a card with what the space may know, and leads to the visit', () => {
    const message = newsMessage([visit], voice)
    expect(message.text).toBe('*Appointment checked* · 26 Nov, 10:30 am · Dr. Rao · Cardiology · A. S.')
    expect(message.fallbackText).toBe('Appointment checked · 26 Nov, 10:30 am · Dr. Rao · Cardiology · A. S.')
    expect(message.thread).toEqual({ threadKey: 'visit' })
    expect(message.cardsV2).toMatchObject([
      { cardId: 'appointment.checked', card: { header: { title: 'Appointment checked' } } },
    ])
    expect(JSON.stringify(message)).toContain('"url":"https://rounds.example.test/appointments/visit"')
  })

  it('says nothing of the patient where nobody may know', () => {
    const said = JSON.stringify(newsMessage([visit], { ...voice, patientShownAs: 'nobody' }))
    expect(said).not.toMatch(/Ada|A\. S\.|P-1|Patient/)
  })

  it.each(['number', 'initials', 'nobody'] as const)(
    'never holds the name when patients are shown as %s',
    (patientShownAs) => {
      expect(JSON.stringify(newsMessage([visit, visit], { ...voice, patientShownAs }))).not.toMatch(/Ada|Sen/)
      expect(JSON.stringify(newsMessage([visit], { ...voice, patientShownAs }))).not.toMatch(/Ada|Sen/)
    },
  )

  it.each(kinds.flatMap((news) => languages.map((language) => [news, language] as const)))(
    '%s has words of its own in %s',
    (news, language) => {
      const other = kinds
        .filter((one) => one !== news)
        .map((one) => newsMessage([{ ...visit, news: one }], { ...voice, language }).text)
      expect(other).not.toContain(newsMessage([{ ...visit, news }], { ...voice, language }).text)
    },
  )

  it('cannot be made to mention everybody, to link or to format', () => {
    const evil = '<users/all> <https://evil.example.test|pay> *x* </b>'
    const message = newsMessage(
      [{ ...visit, doctor: evil, department: evil, patient: { name: evil, number: evil } }],
      { ...voice, patientShownAs: 'name' },
    )
    const said = JSON.stringify(message)
    expect(said).not.toContain('<users')
    expect(said).not.toContain('</b>')
    expect(said).not.toContain('https://evil')
    expect(message.text.match(/\*/g)).toHaveLength(2)
  })
})

describe('several pieces of news', () => {
  const several = (count: number, said: Partial<ChatNews> = {}) =>
    Array.from({ length: count }, (_, place) => ({ ...visit, appointmentId: `visit-${place}`, ...said })) as [
      ChatNews,
      ...ChatNews[],
    ]

  it('are one message that counts them', () => {
    const message = newsMessage(several(12), voice)
    expect(message.text).toBe('*12 appointments checked*')
    expect(message.thread).toBeUndefined()
    expect(JSON.stringify(message)).toContain('https://rounds.example.test/appointments"')
  })

  it('are counted by kind', () => {
    const [first, ...others] = several(3)
    const message = newsMessage([first, ...others, { ...visit, news: 'appointment.missed' }], voice)
    expect(message.text).toBe('*4 pieces of news* · 3 appointments checked · 1 appointment missed')
  })

  it('of one visit stay in its thread', () => {
    expect(newsMessage([visit, { ...visit, news: 'appointment.missed' }], voice).thread).toEqual({
      threadKey: 'visit',
    })
  })

  it('say how many are not listed', () => {
    expect(JSON.stringify(newsMessage(several(200), voice))).toContain('… and 160 more, open in Rounds')
    expect(JSON.stringify(newsMessage(several(200), { ...voice, language: 'hi' }))).toContain('… और 160')
    expect(JSON.stringify(newsMessage(several(40), voice))).not.toContain('more')
  })
})

describe('any message', () => {
  it('stays below what Google Chat takes, in whole letters, and says honestly how many it leaves out', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 })
    const long = fc.constantFrom('श'.repeat(300), '👩‍⚕️'.repeat(100), '&'.repeat(300), '"'.repeat(300))
    const any = fc.oneof(text, long)
    const news = fc.record({
      news: fc.constantFrom(...kinds),
      appointmentId: fc.stringMatching(/^[a-z]{1,64}$/),
      startsAt: fc.constant(visit.startsAt),
      doctor: any,
      department: any,
      patient: fc.record({ name: any, number: any }),
    })
    fc.assert(
      fc.property(
        fc.array(news, { minLength: 1, maxLength: 120 }),
        fc.constantFrom(...languages),
        fc.constantFrom('nobody' as const, 'number' as const, 'initials' as const, 'name' as const),
        any,
        (all, language, patientShownAs, hospitalName) => {
          const message = newsMessage(all as [ChatNews, ...ChatNews[]], {
            ...voice,
            language,
            patientShownAs,
            hospitalName,
          })
          const body = JSON.stringify(message)
          expect(messageBytes(message)).toBe(Buffer.byteLength(body))
          expect(messageBytes(message)).toBeLessThanOrEqual(mostBytes)
          expect(body.isWellFormed()).toBe(true)
          expect(body).not.toContain('<users')
          const lines = body.split(' · ').length
          expect(lines).toBeGreaterThan(0)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('of a trial says who asked, and cannot be made to say more', () => {
    const { text } = testMessage('Admin <users/all>', voice)
    expect(text).toBe('*Test message* · Asked for by: Admin ‹users/all›')
    expect(testMessage('व्यवस्थापक', { ...voice, language: 'hi' }).text).toContain('परीक्षण')
  })

  it('can be looked at before, with made-up visits', () => {
    expect(previewMessage({ news: 'appointment.missed' }, voice).text).toContain('Appointment missed')
    expect(previewMessage({ news: 'appointment.missed', count: 200 }, voice).text).toContain(
      '200 appointments missed',
    )
  })
})
