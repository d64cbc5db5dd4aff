import {
  type CampaignRecipientDocument,
  type ConsentDocument,
  type DeliveryInput,
  type DepartmentDocument,
  isClinicalFile,
  type MailDocument,
  type PersonDocument,
  publishedName,
  type SuppressionDocument,
  usualConsent,
} from '@rounds/contracts'
import { type MongoStore, sharedReads } from '@rounds/mongo'
import { daysBounds, daysOfMonth } from '@rounds/schedule'
import type { Document } from 'mongodb'
import type { Activity, MailFacts, Recipient, ReportFile, SendingFacts, VisitToTell } from './mail-facts.ts'
import { monthOf } from './send-mail/variables.ts'

export interface MongoMailFactsOptions {
  readonly zone: string
  /** How far back mail counts for how much of it somebody gets. */
  readonly windowMs: number
  readonly now: () => Date
}

/** What is known at the moment of sending. Those who ask at the same moment share a question: a campaign asks by the hundred. */
export function mongoMailFacts(
  store: Pick<MongoStore, 'collection'>,
  { zone, windowMs, now }: MongoMailFactsOptions,
): MailFacts & { prepare(): Promise<void> } {
  const byId = <Row extends { readonly _id: string }>(collection: string) =>
    sharedReads<Row>({
      read: (keys) =>
        store
          .collection<{ _id: string }>(publishedName(collection, 'mailer'))
          .find({ _id: { $in: [...keys] } })
          .toArray() as Promise<Document[]> as Promise<Row[]>,
      keyOf: ({ _id }) => _id,
    })
  const person = byId<PersonDocument>('people')
  const uploaded = byId<CampaignRecipientDocument>('campaignRecipients')
  const department = byId<DepartmentDocument>('departments')
  const consent = byId<ConsentDocument>('consents')
  const suppression = byId<SuppressionDocument>('suppressions')
  const appointment = byId<VisitToTell>('appointments')
  const single = byId<MailDocument>('mails')
  const exported = byId<ExportedFile>('exports')
  const deliveries = store.collection('deliveries')
  const recent = sharedReads<{ readonly _id: string; readonly sent: Date[] }>({
    read: (ids) => sentLately(ids) as Promise<{ _id: string; sent: Date[] }[]>,
    keyOf: ({ _id }) => _id,
  })

  return {
    async prepare() {
      await deliveries.createIndex({ 'input.recipient.id': 1, acceptedAt: -1 })
    },

    async of(input) {
      const { recipient, purpose, appointmentId, batch: kind, batchId } = input
      const [who, agreed, lately, visit, mail, activity] = await Promise.all([
        recipientOf(input),
        recipient.kind === 'person' ? consent(recipient.id) : undefined,
        // A row of a list belongs to one campaign: it says nothing of what its reader got before.
        purpose === 'care' || recipient.kind === 'upload' ? undefined : recent(recipient.id),
        appointmentId === undefined ? undefined : appointment(appointmentId),
        kind === 'single' ? single(batchId) : undefined,
        kind === 'activity' ? activityOf(input) : undefined,
      ])
      const file = mail?.report && (await fileOf(mail.report.jobId))
      const facts: SendingFacts = {
        // Who uploads a list answers for it; whoever wants none of it is on the suppression list.
        consent: recipient.kind === 'upload' ? everything : (agreed ?? usualConsent),
        recentlySent: lately?.sent ?? [],
        ...(who ? { recipient: who } : {}),
        ...(visit ? { appointment: visit } : {}),
        ...(mail?.texts ? { texts: mail.texts } : {}),
        ...(mail?.test ? { test: { columns: mail.columns ?? [] } } : {}),
        ...(mail?.automatic ? { isAutomatic: true } : {}),
        ...(mail?.report ? { report: mail.report } : {}),
        ...(file ? { file } : {}),
        ...(activity ? { activity } : {}),
      }
      return facts
    },

    suppressionOf: suppression,
  }

  async function recipientOf({ recipient }: DeliveryInput): Promise<Recipient | undefined> {
    if (recipient.kind === 'upload') {
      const row = await uploaded(recipient.id)
      return row && { name: row.name, mail: row.mail, isActive: true, columns: row.variables }
    }
    const found = await person(recipient.id)
    if (!found) return undefined
    const { name, mail, zone: theirs, active, departmentId } = found
    const where = departmentId === undefined ? undefined : (await department(departmentId))?.name
    return {
      name,
      zone: theirs,
      isActive: active,
      ...(mail === undefined ? {} : { mail }),
      ...(where === undefined ? {} : { department: where }),
    }
  }

  function sentLately(ids: readonly string[]) {
    const since = new Date(now().getTime() - windowMs)
    return deliveries
      .aggregate([
        {
          $match: {
            'input.recipient.id': { $in: [...ids] },
            'input.purpose': { $ne: 'care' },
            'outcome.kind': 'sent',
            settledAt: { $gt: since },
          },
        },
        { $group: { _id: '$input.recipient.id', sent: { $push: '$settledAt' } } },
      ])
      .toArray()
  }

  async function fileOf(jobId: string): Promise<ReportFile | undefined> {
    const { outcome = {}, input } = (await exported(jobId)) ?? {}
    const { file: name, bytes, expiresAt } = outcome
    if (name === undefined || bytes === undefined || !expiresAt) return undefined
    return { name, bytes, expiresAt, isClinical: !input?.data || isClinicalFile(input.data) }
  }

  async function activityOf({ recipient, occasion }: DeliveryInput): Promise<Activity> {
    const { since, until } = daysBounds(daysOfMonth(monthOf(occasion)), zone)
    const when = (status: string) => ({ $sum: { $cond: [{ $eq: ['$status', status] }, 1, 0] } })
    const rows = await store
      .collection(publishedName('appointments', 'mailer'))
      .aggregate<{ _id: string; booked: number; seen: number; noShows: number; cancelled: number }>([
        { $match: { 'doctor.id': recipient.id, startsAt: { $gte: since, $lt: until } } },
        {
          $group: {
            _id: { $dateToString: { date: '$startsAt', format: '%Y-%m-%d', timezone: zone } },
            booked: { $sum: 1 },
            seen: when('checked'),
            noShows: when('missed'),
            cancelled: when('cancelled'),
          },
        },
        { $sort: { _id: 1 } },
      ])
      .toArray()
    const sum = (of: (row: (typeof rows)[number]) => number) =>
      rows.reduce((total, row) => total + of(row), 0)
    return {
      booked: sum(({ booked }) => booked),
      seen: sum(({ seen }) => seen),
      noShows: sum(({ noShows }) => noShows),
      cancelled: sum(({ cancelled }) => cancelled),
      days: rows.map(({ _id: day, booked, seen, noShows }) => ({ day, booked, seen, noShows })),
    }
  }
}

interface ExportedFile {
  readonly _id: string
  readonly outcome?: { readonly file?: string; readonly bytes?: number; readonly expiresAt?: Date }
  readonly input?: { readonly data?: Parameters<typeof isClinicalFile>[0] }
}

const everything = { care: true, administrative: true, marketing: true } as const
