import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCampaign, createTestServer } from '../../test/open-door.ts'
import type { Campaign } from './campaign.ts'

describe('uploading whom a campaign is for', () => {
  let door: Awaited<ReturnType<typeof createTestServer>>
  let asha: Awaited<ReturnType<typeof door.as>>
  beforeAll(async () => {
    door = await createTestServer(testServers().freshDatabase())
    asha = await door.as('asha')
  })
  afterAll(() => door.close())

  const drafted = async (audience: object = { kind: 'upload' }) =>
    (await asha('POST', '/v1/campaigns', { ...aCampaign, audience })).body.campaignId as string
  const upload = (id: string, csv: string | Buffer, headers = {}) =>
    asha('POST', `/v1/campaigns/${id}/recipients`, csv, { 'content-type': 'text/csv', ...headers })
  const rowsOf = (id: string) =>
    door.store
      .collection<{ _id: string; campaignId: string; mail: string }>('campaignRecipients')
      .find({ campaignId: id })
      .sort({ row: 1 })
      .toArray()
  const campaigns = () => door.store.collection<Campaign>('campaigns')

  it('refuses a list of more rows than are taken, by name, and keeps none of it', async () => {
    const id = await drafted()
    const { status, body } = await upload(id, `mail\n${'x\n'.repeat(3_001)}`)
    expect([status, body.code, body.detail]).toEqual([
      413,
      'TOO_MANY_ROWS',
      'At most 3,000 rows are taken. Make several campaigns of it.',
    ])
    expect(await rowsOf(id)).toEqual([])
    expect((await asha('GET', `/v1/campaigns/${id}`)).body.upload).toBeUndefined()
  })

  it('keeps what is good, and tells of each row that is not, by its line', async () => {
    const id = await drafted()
    const { status, body } = await upload(
      id,
      'mail,name,language,ward\na@example.test,A,hi,North\nnowhere,B,en,\nA@EXAMPLE.test,Again,en,\nc@example.test,"C, c",,\n',
    )
    expect([status, body]).toEqual([
      200,
      {
        rows: 4,
        accepted: 2,
        refused: 2,
        incomplete: 0,
        errors: [
          { row: 3, column: 'mail', reason: 'An address contains one @.' },
          { row: 4, column: 'mail', reason: 'Stands in the list more than once' },
        ],
      },
    ])
    expect(await rowsOf(id)).toMatchObject([
      {
        _id: `${id}-2`,
        row: 2,
        mail: 'a@example.test',
        name: 'A',
        language: 'hi',
        variables: { name: 'A', ward: 'North' },
      },
      { _id: `${id}-5`, row: 5, name: 'C, c', language: 'en', variables: { name: 'C, c', ward: '' } },
    ])
    expect(await door.audited()).toContain(`asha campaign.filled ${id}`)
    const shown = (await asha('GET', `/v1/campaigns/${id}`)).body
    expect(shown.upload).toEqual({ rows: 4, accepted: 2, refused: 2 })
    const sent = await asha('POST', `/v1/campaigns/${id}/send`, undefined, { 'idempotency-key': 'upload' })
    expect(sent.body.counts.expected).toBe(2)
    expect((await upload(id, 'mail\n')).body.code).toBe('NOT_A_DRAFT')
  })

  it('tells of each row in which the text would have a hole, and keeps it while the text may change', async () => {
    const id = await drafted()
    const texts = { en: { subject: 'Slot', body: 'Dear {{ name }}, come at {{ slot }}.' } }
    await asha('PATCH', `/v1/campaigns/${id}`, { texts })
    const { body } = await upload(
      id,
      'mail,name,slot\nann@example.test,Ann,10:30\nbob@example.test,Bob,\ncar@example.test,,11:00\nnowhere,N,\n',
    )
    expect(body).toEqual({
      rows: 4,
      accepted: 3,
      refused: 1,
      incomplete: 2,
      errors: [
        { row: 3, column: 'slot', reason: 'Is empty, and the text names it' },
        { row: 4, column: 'name', reason: 'Is empty, and the text names it' },
        { row: 5, column: 'mail', reason: 'An address contains one @.' },
      ],
    })
    const dryRun = async () => (await asha('POST', `/v1/campaigns/${id}/dry-run`)).body
    expect(await dryRun()).toMatchObject({
      expected: 3,
      reasons: expect.arrayContaining([
        {
          code: 'MISSING_VALUE',
          reason: 'The text names something that is empty for this recipient',
          count: 2,
        },
      ]),
      incomplete: [
        { row: 3, recipient: 'Bob', variable: 'slot' },
        { row: 4, recipient: 'car@example.test', variable: 'name' },
      ],
      samples: [{ recipient: 'Ann' }],
    })
    await asha('PATCH', `/v1/campaigns/${id}`, {
      texts: { en: { ...texts.en, body: '{{ slot | default: "Any time" }} is fine.' } },
    })
    expect(await dryRun()).toMatchObject({ incomplete: [], samples: [{}, {}, {}] })
  })

  it('shows where nobody would get the mail what is missing, by its name', async () => {
    const id = await drafted()
    await asha('PATCH', `/v1/campaigns/${id}`, {
      texts: {
        en: { subject: 'Slot', body: 'Dear {{ recipientName }} of {{ department }}, come at {{ slot }}.' },
      },
    })
    await upload(id, 'mail,name,slot\nbob@example.test,Bob,\n')
    const { body } = await asha('POST', `/v1/campaigns/${id}/dry-run`)
    expect([body.wouldSend + body.wouldWait, body.samples[0].text]).toEqual([
      0,
      expect.stringContaining('Dear Bob of [department], come at [slot].'),
    ])
  })

  it('takes the place of the list before', async () => {
    const id = await drafted()
    await upload(id, 'mail\na@example.test\nb@example.test\n')
    await upload(id, 'mail\nc@example.test\n')
    expect((await rowsOf(id)).map(({ mail }) => mail)).toEqual(['c@example.test'])
  })

  it.each([
    ['Latin-1', Buffer.from('mail,name\na@example.test,Ren\xe9\n', 'latin1'), 'NOT_UTF8'],
    ['without a header', Buffer.from('a@example.test\n'), 'BAD_HEADER'],
    ['empty', Buffer.from('\n'), 'EMPTY'],
  ])('that is %s leaves no list, and no half one', async (_, csv, code) => {
    const id = await drafted()
    await upload(id, 'mail\na@example.test\n')
    const { status, body } = await upload(id, csv)
    expect([status, body.code, await rowsOf(id)]).toEqual([422, code, []])
    const sent = await asha('POST', `/v1/campaigns/${id}/send`, undefined, { 'idempotency-key': code })
    expect(sent.status).toBe(422)
  })

  it('that is too large is refused, as soon as that is known', async () => {
    const id = await drafted()
    const large = `mail\n${'x'.repeat(60_000)}\n`.repeat(20)
    expect((await upload(id, large)).status).toBe(413)
    expect((await upload(id, 'mail\n', { 'content-length': '99999999' })).status).toBe(413)
    expect(await rowsOf(id)).toEqual([])
  })

  it('waits for whoever is at it, and takes over from whoever died at it', async () => {
    const id = await drafted()
    const filling = (at: Date) =>
      campaigns().updateOne({ _id: id }, { $set: { filling: { by: 'other', at } } })
    await filling(door.now())
    expect((await upload(id, 'mail\na@example.test\n')).body.code).toBe('UPLOAD_IN_PROGRESS')
    await filling(new Date(door.now().getTime() - 61_000))
    expect((await upload(id, 'mail\na@example.test\n')).body.accepted).toBe(1)
    expect(await campaigns().findOne({ _id: id })).not.toHaveProperty('filling')
  })

  it('leaves one whole list when two come at once', async () => {
    const id = await drafted()
    const list = (letter: string) =>
      `mail\n${Array.from({ length: 50 }, (_, n) => `${letter}${n}@example.test\n`).join('')}`
    const answers = await Promise.all(['a', 'b'].map((letter) => upload(id, list(letter))))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(new Set((await rowsOf(id)).map(({ mail }) => mail[0])).size).toBe(1)
    expect(await rowsOf(id)).toHaveLength(50)
  })

  it('is for campaigns that want one, and for CSV', async () => {
    const other = await drafted({ kind: 'people', role: 'doctor' })
    expect((await upload(other, 'mail\n')).body.code).toBe('NOT_AN_UPLOAD_AUDIENCE')
    expect((await upload('missing', 'mail\n')).status).toBe(404)
    expect((await upload(other, 'mail\n', { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await upload(other, '{}', { 'content-type': 'application/json' })).status).toBe(415)
  })
})
