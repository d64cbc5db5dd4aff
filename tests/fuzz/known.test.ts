import { chance } from '@rounds/stack'
import { describe, expect, it } from 'vitest'
import { growing } from './known.ts'

const luck = chance(1)
const approving = { name: 'approveCampaign', path: '/v1/campaigns/{id}/approve' }

describe('what the fuzz knows of the hospital', () => {
  it('lets a path name the things that its operation is about, and no others', () => {
    const known = growing({ jobId: ['job'], mailId: ['mail'] })
    expect(known.for({ name: 'readMail', path: '/v1/mails/{id}' }, luck).id).toEqual(['mail'])
    expect(known.for({ name: 'readJob', path: '/v1/jobs/{id}' }, luck).id).toEqual(['job'])
    expect(known.for({ name: 'readReplay', path: '/v1/dead-letters/replays/{id}' }, luck).id).toEqual([])
  })

  it('names mostly what the operation can do something with, and now and then the others', () => {
    const known = growing({ campaignId: ['draft'], 'id for approveCampaign': ['waits'] })
    const named = Array.from({ length: 100 }, () => known.for(approving, luck).id?.[0])
    expect(named.filter((id) => id === 'waits').length).toBeGreaterThan(named.length / 2)
    expect(named).toContain('draft')
  })

  it('grows by the identifiers of what was made, up to the last sixty, and keeps the first ones', () => {
    const known = growing({ campaignId: ['first'] })
    for (let index = 0; index < 100; index++) known.add(Buffer.from(`{"campaignId":"later-${index}"}`))
    const { campaignId = [] } = known.for({ name: 'listMails', path: '/v1/mails' }, luck)
    expect([campaignId.length, campaignId[0], campaignId.at(-1)]).toEqual([61, 'first', 'later-99'])
  })

  it.each(['', 'no JSON', 'null', '[1]', '{"jobId":7}'])('learns nothing from %j', (body) => {
    const known = growing({})
    known.add(Buffer.from(body))
    expect(known.for({ name: 'readJob', path: '/v1/jobs/{id}' }, luck).id).toEqual([])
  })
})
