import { testServers } from '@rounds/local-servers'
import { mailTemplates } from '@rounds/mail'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer } from '../../test/open-door.ts'
import type { StoredMail } from './mongo-mails.ts'

describe('templates', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  let asha: Awaited<ReturnType<typeof door.as>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    asha = await door.as('asha')
  })
  afterAll(() => door.close())

  it('are listed with what they need; one is for campaigns', async () => {
    const { items } = (await asha('GET', '/v1/templates')).body
    expect(items).toHaveLength(mailTemplates.length)
    const forCampaigns = items.filter((one: { forCampaigns: boolean }) => one.forCampaigns)
    expect(forCampaigns.map((one: { template: string }) => one.template)).toEqual(['announcement'])
    expect(forCampaigns[0].variables).toContainEqual({ name: 'recipientName', about: 'Whom it is for' })
  })

  it.each(mailTemplates.flatMap(({ id }) => ['en', 'hi'].map((language) => [id, language])))(
    '%s can be seen in %s',
    async (template, language) => {
      const { status, body } = await asha('POST', `/v1/templates/${template}/preview`, { language })
      expect([status, body.language]).toEqual([200, language])
      expect(body.html).toContain('<')
      expect(body.subject && body.text).toBeTruthy()
    },
  )

  it('show an author’s own words, in which nothing is markup', async () => {
    const texts = { en: { subject: 'News', body: 'Hello <script>alert(1)</script>' } }
    const { body } = await asha('POST', '/v1/templates/announcement/preview', { texts })
    expect(body.subject).toBe('News')
    expect(body.html).not.toContain('<script>')
  })

  it.each([
    ['announcement', { en: { subject: 'Your HIV test', body: 'x' } }, '/texts/en/subject'],
    ['visit-reminder', { en: { subject: 'News', body: 'x' } }, '/texts'],
  ])('of %s take no text such as %j', async (template, texts, pointer) => {
    for (const what of ['preview', 'test-send']) {
      const { status, body } = await asha('POST', `/v1/templates/${template}/${what}`, { texts })
      expect([status, body.errors?.[0]?.pointer]).toEqual([422, pointer])
    }
  })

  it('are mailed to the one who asks, and to nobody else', async () => {
    const { status, body } = await asha('POST', '/v1/templates/visit-reminder/test-send', { language: 'hi' })
    expect(status).toBe(202)
    const mail = await door.store.collection<StoredMail>('mails').findOne({ _id: body.mailId })
    expect(mail).toMatchObject({
      recipientId: 'asha',
      template: 'visit-reminder',
      test: true,
      language: 'hi',
    })
    expect(mail?.outbox.map(({ event }) => event.type)).toEqual(['mail.requested'])
  })

  it('that do not exist are not there', async () => {
    for (const what of ['preview', 'test-send'])
      expect((await asha('POST', `/v1/templates/nothing/${what}`, {})).status).toBe(404)
  })
})
