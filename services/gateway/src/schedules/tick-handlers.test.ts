import { type HospitalEvent, type ScheduleDocument, tickFired } from '@rounds/contracts'
import { done, eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import type { AuditDocument } from '../audit/audit.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import type { Job } from '../jobs/job.ts'
import { scheduledReport } from '../jobs/scheduled-report.ts'
import type { Sending } from '../mail/sender-totals.ts'
import { makeCampaign, makeJob } from './tick-handlers.ts'

describe('a tick of a scheduled report', () => {
  it('makes a job as if the schedule’s owner had asked, about the days seen from when it was due', async () => {
    const world = setUp()
    expect(await world.handle(tick())).toEqual(done)

    const [made] = world.made
    expect(made?.job).toMatchObject({
      fireId: 'monthly-1',
      requestedBy: 'asha',
      role: 'admin',
      state: 'queued',
      parameters: { from: '2026-04-01', to: '2026-04-30' },
      sharedWith: ['bela'],
      correlationid: 'story',
    })
    expect(made?.says).toMatchObject([
      { type: 'report.requested', causationid: 'tick-1', data: { reportId: made?.job._id } },
    ])
    expect(made?.entry).toMatchObject({
      who: 'asha',
      role: 'none',
      did: 'report.scheduled',
      to: made?.job._id,
      from: 'schedule',
    })
  })

  it('makes one job though it comes twice', async () => {
    const world = setUp()
    await world.handle(tick())
    expect(await world.handle(tick())).toEqual(done)
    expect(world.made).toHaveLength(1)
  })

  it('makes one job though two replicas hear it at once', async () => {
    const world = setUp()
    expect(await Promise.all([world.handle(tick()), world.handle(tick())])).toEqual([done, done])
    expect(world.made).toHaveLength(1)
  })

  it('of a schedule that is not here goes to the dead letters', async () => {
    const world = setUp()
    expect(await world.handle(tick({ scheduleId: 'unknown' }))).toEqual({
      kind: 'reject',
      reason: 'there is no such schedule',
    })
  })

  it.each([
    ['whose owner left', { role: 'gone' as const }, 'may not ask for it any more'],
    ['whose owner is no admin any more', { role: 'doctor' as const }, 'may not ask for it any more'],
  ])('of a schedule %s is refused', async (_, owner, why) => {
    const world = setUp(owner)
    const outcome = await world.handle(tick())
    expect(outcome).toMatchObject({ kind: 'reject', reason: expect.stringContaining(why) })
    expect(world.made).toEqual([])
  })

  it('whose job cannot be written down is tried again, and has made none', async () => {
    const world = setUp({ addFails: true })
    await expect(world.handle(tick())).rejects.toThrow('away')
    expect(world.made).toEqual([])
  })
})

describe('a tick of a scheduled campaign', () => {
  it('sends it off in the name of the schedule’s owner, once however often it comes', async () => {
    const world = hallOf(40)
    expect(await world.handle(tick(greetings))).toEqual(done)
    expect(await world.handle(tick(greetings))).toEqual(done)

    expect(world.added).toMatchObject([
      {
        campaign: {
          _id: 'monthly-1',
          state: 'sending',
          expected: 40,
          createdBy: 'asha',
          requested: { by: 'asha' },
          correlationid: 'story',
        },
        says: [{ type: 'campaign.requested', causationid: 'tick-1', data: { needsApproval: false } }],
      },
    ])
    expect(world.entries).toMatchObject([{ who: 'asha', did: 'campaign.scheduled', from: 'schedule' }])
  })

  it.each([
    ['more people than one person may decide on', 501, { departmentId: 'heart' }],
    ['everybody of a role', 3, {}],
  ])('to %s waits for a second one', async (_, recipients, filters) => {
    const world = hallOf(recipients, { audience: { kind: 'people', role: 'patient', ...filters } })
    await world.handle(tick(greetings))
    expect(world.added).toMatchObject([
      { campaign: { state: 'awaiting approval' }, says: [{ data: { needsApproval: true } }] },
    ])
  })

  it.each([
    ['of a schedule that is not here', 'there is no such schedule', { scheduleId: 'unknown' }, {}],
    ['of a schedule that does not say what to send', 'does not say', {}, { isEmpty: true }],
    ['whose owner is no admin any more', 'may not send', {}, { role: 'doctor' as const }],
  ])('%s is kept for a person', async (_, reason, change, setting) => {
    const world = hallOf(1, setting)
    const outcome = await world.handle(tick({ ...greetings, ...change }))
    expect(outcome).toMatchObject({ kind: 'reject', reason: expect.stringContaining(reason) })
    expect(world.added).toEqual([])
  })

  it('waits for a second person once its sender has sent as much within the day, counted to when it was due', async () => {
    const world = hallOf(40, { isSpent: true })
    await world.handle(tick(greetings))
    expect(world.added).toMatchObject([
      {
        campaign: { state: 'awaiting approval', approvalReason: 'day' },
        says: [{ data: { needsApproval: true } }],
      },
    ])
    expect(world.reserved).toEqual([
      { sender: 'editor', under: 'monthly-1', recipients: 40, at: new Date('2026-05-01T00:30:00Z') },
    ])
  })

  it('is approved by nobody who ever wrote the schedule or ran it', async () => {
    const world = hallOf(501)
    await world.handle(tick(greetings))
    expect(world.added[0]?.campaign.contributions).toEqual([
      { by: 'asha', did: 'scheduled' },
      { by: 'earlier', did: 'scheduled' },
      { by: 'editor', did: 'scheduled' },
      { by: 'runner', did: 'ran' },
      { by: 'asha', did: 'created' },
      { by: 'asha', did: 'sent' },
    ])
  })

  it.each([
    ['a subject that tells of health', { subject: 'Your diabetes', body: 'Hello' }, '/texts/en/subject'],
    ['a variable that is not there', { subject: 'Hello', body: '{{ secret }}' }, '/texts/en/body'],
  ])('with %s is not sent: its texts are checked as those of a person are', async (_, en, pointer) => {
    const world = hallOf(1, { texts: { en } })
    const outcome = await world.handle(tick(greetings))
    expect(outcome).toMatchObject({ kind: 'reject', reason: expect.stringContaining(pointer) })
    expect([world.added, world.reserved]).toEqual([[], []])
  })

  it('sends nothing off that could not be accounted for', async () => {
    const world = hallOf(1, { auditFails: true })
    await expect(world.handle(tick(greetings))).rejects.toThrow('away')
    expect(world.added).toEqual([])
  })
})

const greetings = { purpose: 'campaign', scheduleId: 'greetings' } as const

function hallOf(
  recipients: number,
  {
    audience = { kind: 'people', role: 'patient', departmentId: 'heart' },
    role = 'admin',
    isEmpty = false,
    auditFails = false,
    isSpent = false,
    texts = { en: { subject: 'Greetings', body: 'We wish you well.' } },
  }: {
    audience?: object
    role?: 'admin' | 'doctor'
    isEmpty?: boolean
    auditFails?: boolean
    isSpent?: boolean
    texts?: object
  } = {},
) {
  const added: { campaign: Campaign; says: readonly HospitalEvent[] }[] = []
  const entries: AuditDocument[] = []
  const reserved: Sending[] = []
  const campaign = { name: 'Greetings', template: 'announcement', purpose: 'administrative', audience, texts }
  const schedule = {
    _id: 'greetings',
    createdBy: 'asha',
    updatedBy: 'editor',
    contributors: ['asha', 'earlier', 'editor'],
    runs: [
      { runId: 'another', by: 'somebody' },
      { runId: 'monthly-1', by: 'runner' },
    ],
    parameters: isEmpty ? {} : { campaign },
  }
  return {
    added,
    reserved,
    entries,
    handle: makeCampaign({
      schedules: {
        read: async (_, id) => (id === schedule._id ? (schedule as unknown as ScheduleDocument) : undefined),
      },
      campaigns: {
        one: async (id) => added.find((one) => one.campaign._id === id)?.campaign,
        add: async (campaign, says = []) => void added.push({ campaign, says }),
      },
      audiences: { count: async () => recipients },
      personById: async () => ({ role }),
      approvalLimit: 500,
      senderTotals: {
        reserve: async (sending) => {
          reserved.push(sending)
          return !isSpent
        },
      },
      subjects: { departmentExists: async () => true, doctorExists: async () => true },
      auditEntry: async (entry) => {
        if (auditFails) throw new Error('the audit is away')
        entries.push(entry)
      },
      make: eventMaker('gateway'),
      now: () => new Date('2026-05-01T00:30:01Z'),
    }),
  }
}

const tick = (change: { purpose?: 'campaign'; scheduleId?: string } = {}) =>
  eventMaker('scheduler')(
    tickFired,
    {
      scheduleId: 'monthly',
      fireId: 'monthly-1',
      purpose: 'report',
      due: '2026-05-01T00:30:00.000Z',
      by: 'clock',
      ...change,
    },
    { correlationid: 'story' },
    { id: 'tick-1' },
  )

const monthly = {
  _id: 'monthly',
  createdBy: 'asha',
  zone: 'Asia/Kolkata',
  parameters: { report: 'appointments', parameters: { period: 'last-month' }, recipients: ['bela'] },
} as unknown as ScheduleDocument

interface Setting {
  readonly role?: 'admin' | 'doctor' | 'gone'
  readonly addFails?: boolean
}

function setUp({ role = 'admin', addFails = false }: Setting = {}) {
  const made: { job: Job; says: readonly unknown[]; entry: AuditDocument }[] = []
  return {
    made,
    handle: makeJob({
      schedules: { read: async (_, id) => (id === 'monthly' ? monthly : undefined) },
      jobs: {
        byFire: async (fireId) => made.find(({ job }) => job.fireId === fireId)?.job,
        async add(job, says, entry) {
          if (addFails) throw new Error('the database is away')
          if (made.some((one) => one.job.fireId === job.fireId)) return 'key taken'
          made.push({ job, says, entry })
          return 'added'
        },
      },
      scheduledReport: scheduledReport({
        decide: async ({ report, parameters = {} }) => ({
          wish: { report, parameters, flavour: 'standard', gzip: false, fileName: 'a.csv' },
        }),
        personById: async (personId) => {
          if (personId !== 'asha') return { personId, name: personId, role: 'admin' }
          return role === 'gone' ? undefined : { personId, name: 'Asha', role }
        },
      }),
      make: eventMaker('gateway'),
      now: () => new Date('2026-05-01T00:30:01Z'),
      jobAdded: () => {},
    }),
  }
}
