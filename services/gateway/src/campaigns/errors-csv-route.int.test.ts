import { testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { aCampaign, aDelivery, createTestServer } from '../../test/open-door.ts'

let door: Awaited<ReturnType<typeof createTestServer>>
beforeAll(async () => {
  door = await createTestServer(testServers().freshDatabase())
})
afterAll(() => door.close())

it('a campaign’s error list names whom it did not reach and why, and holds no formula and no address', async () => {
  const asha = await door.as('asha')
  const id = (await asha('POST', '/v1/campaigns', aCampaign)).body.campaignId
  const named = (name: string) => ({
    batchId: id,
    recipient: { kind: 'person', id: 'x', name, number: 'P-1' } as const,
  })
  await door.withDelivery(aDelivery({ input: named('Reached') }))
  await door.withDelivery(
    aDelivery({
      input: named('=HYPERLINK("evil")'),
      state: 'failed',
      outcome: { kind: 'failed', code: 'BAD_ADDRESS' },
    }),
  )
  await door.withDelivery(
    aDelivery({
      input: { batchId: id, recipient: { kind: 'upload', id: 'u', name: 'Row, seven', row: 7 } },
      outcome: { kind: 'suppressed', code: 'NO_CONSENT' },
    }),
  )

  const { status, body, headers } = await asha('GET', `/v1/campaigns/${id}/errors.csv`)

  expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8; header=present'])
  const [header, ...lines] = String(body).trimEnd().split('\r\n')
  expect(header).toBe('number,name,state,code,reason,when')
  expect(lines).toHaveLength(2)
  expect(lines.join()).toContain(`P-1,"'=HYPERLINK(""evil"")",failed,BAD_ADDRESS`)
  expect(lines.join()).toContain('7,"Row, seven",suppressed,NO_CONSENT')
  expect(lines.join()).not.toMatch(/@|Reached/)
  expect(await door.audited()).toContain(`asha campaign.errors-downloaded ${id}`)
  expect((await asha('GET', '/v1/campaigns/missing/errors.csv')).status).toBe(404)
})
