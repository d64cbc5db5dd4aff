import {
  type AppointmentDocument,
  type Audience,
  type BatchInput,
  type CampaignDocument,
  type CampaignRecipientDocument,
  type DeliveryInput,
  deliveriesIn,
  type PersonDocument,
  peopleOf,
  publishedName,
} from '@rounds/contracts'
import { appointmentOccasion, templateOf } from '@rounds/mail'
import type { MongoStore } from '@rounds/mongo'
import { dayBounds, daysBounds } from '@rounds/schedule'
import type { Filter } from 'mongodb'
import type { ListRecipientsDeps, RecipientPage } from './list-recipients/list-recipients.ts'
import type { Wanted } from './new-delivery.ts'
import { activityOccasion } from './send-mail/variables.ts'

const pageSize = 500

interface StoredDelivery {
  readonly _id: string
  readonly input: DeliveryInput
}

/** All of a delivery that is the same for a whole batch. */
type Shared = Pick<Wanted, 'batchId' | 'batch' | 'lane' | 'template' | 'occasion' | 'cause'> &
  Partial<Pick<Wanted, 'purpose'>>

/** Whom a batch is for, in the order of identifiers, so that it can go on where it was. */
export function mongoRecipientPages(
  store: Pick<MongoStore, 'collection'>,
  zone: string,
): ListRecipientsDeps['pages'] {
  const people = store.collection<PersonDocument>(publishedName('people', 'mailer'))
  const appointments = store.collection<AppointmentDocument>(publishedName('appointments', 'mailer'))
  const campaigns = store.collection<CampaignDocument>('campaigns')
  const uploaded = store.collection<CampaignRecipientDocument>('campaignRecipients')
  const deliveries = store.collection<StoredDelivery>('deliveries')

  return async function* pages({ id, input }, cursor = '') {
    switch (input.kind) {
      case 'campaign': {
        const campaign = await campaigns.findOne({ _id: id })
        if (campaign) yield* mailing(id, campaign, input, cursor)
        return
      }
      case 'reminders':
        return yield* reminders(id, input, cursor)
      case 'activity':
        return yield* activity(id, input, cursor)
      default:
        return input satisfies never
    }
  }

  function mailing(
    batchId: string,
    { template, purpose, audience }: Pick<CampaignDocument, 'template' | 'purpose' | 'audience'>,
    { cause }: BatchInput,
    cursor: string,
  ): AsyncGenerator<RecipientPage> {
    const batch = 'campaign'
    const shared: Shared = { batchId, batch, lane: 'bulk', template, purpose, occasion: batchId, cause }
    if (audience.kind === 'upload') return rows(batchId, shared, cursor)
    if (audience.kind === 'failed of') return failedOf(audience.campaignId, shared, cursor)
    return peopleIn(audience, shared, cursor)
  }

  async function* peopleIn(audience: Extract<Audience, { kind: 'people' }>, shared: Shared, cursor: string) {
    const filters = peopleOf(audience, daysBounds(audience, zone))
    for await (const page of pagesOf<PersonDocument>(people, filters.people, cursor)) {
      yield pageOf(
        page,
        (await visitors(page, filters.visits)).map((person) => toPerson(shared, person)),
      )
    }
  }

  async function visitors(page: readonly PersonDocument[], visits: object | undefined) {
    if (!visits) return page
    const theirs = { ...visits, 'patient.id': { $in: page.map(({ _id }) => _id) } }
    const ids = new Set(await appointments.distinct('patient.id', theirs as Filter<AppointmentDocument>))
    return page.filter(({ _id }) => ids.has(_id))
  }

  async function* rows(campaignId: string, shared: Shared, cursor: string) {
    for await (const page of pagesOf<CampaignRecipientDocument>(uploaded, { campaignId }, cursor)) {
      yield pageOf(
        page,
        page.map(({ _id: id, name, row, language }) => ({
          ...shared,
          recipient: { kind: 'upload', id, name, row },
          language,
        })),
      )
    }
  }

  async function* failedOf(campaignId: string, shared: Shared, cursor: string) {
    const filter = { 'input.batchId': campaignId, ...deliveriesIn('failed') }
    for await (const page of pagesOf<StoredDelivery>(deliveries, filter, cursor)) {
      yield pageOf(
        page,
        page.map(({ input: { recipient, language } }) => ({ ...shared, recipient, language })),
      )
    }
  }

  async function* reminders(
    batchId: string,
    { days, cause }: Extract<BatchInput, { kind: 'reminders' }>,
    cursor: string,
  ): AsyncGenerator<RecipientPage> {
    const [begun = '', after = ''] = cursor.split(':')
    for (const [place, { offset, day }] of days.entries()) {
      if (place < Number(begun)) continue
      const { since, until } = dayBounds(day, zone)
      const filter = { status: 'booked', startsAt: { $gte: since, $lt: until } }
      const from = place === Number(begun) ? after : ''
      for await (const page of pagesOf<AppointmentDocument>(appointments, filter, from)) {
        const languages = await languagesOf(page.map(({ patient }) => patient.id))
        const wanted = page.map(
          ({ _id: appointmentId, version, patient }): Wanted => ({
            batchId,
            batch: 'reminders',
            lane: 'care',
            template: 'visit-reminder',
            occasion: appointmentOccasion(appointmentId, version, offset),
            recipient: { kind: 'person', ...patient },
            language: languages.get(patient.id) ?? 'en',
            appointmentId,
            appointmentVersion: version,
            cause,
          }),
        )
        yield { wanted, cursor: `${place}:${page.at(-1)?._id ?? ''}` }
      }
    }
  }

  async function* activity(
    batchId: string,
    { month, cause }: Extract<BatchInput, { kind: 'activity' }>,
    cursor: string,
  ) {
    const template = 'doctor-activity'
    const lane = templateOf(template)?.lane ?? 'bulk'
    const shared: Shared = {
      batchId,
      batch: 'activity',
      lane,
      template,
      occasion: activityOccasion(month),
      cause,
    }
    for await (const page of pagesOf<PersonDocument>(people, { kind: 'doctor', active: true }, cursor)) {
      yield pageOf(
        page,
        page.map((person) => toPerson(shared, person)),
      )
    }
  }

  async function languagesOf(ids: readonly string[]) {
    const found = await people.find({ _id: { $in: [...ids] } }, { projection: { language: 1 } }).toArray()
    return new Map(found.map(({ _id, language }) => [_id, language]))
  }
}

function toPerson(shared: Shared, { _id: id, name, number, language }: PersonDocument): Wanted {
  return { ...shared, recipient: { kind: 'person', id, name, number }, language }
}

const pageOf = (page: ReadonlyArray<{ readonly _id: string }>, wanted: readonly Wanted[]): RecipientPage => ({
  wanted,
  cursor: page.at(-1)?._id ?? '',
})

interface Findable {
  find(filter: object): { sort(by: object): { limit(most: number): { toArray(): Promise<object[]> } } }
}

async function* pagesOf<Row extends { readonly _id: string }>(
  collection: unknown,
  filter: object,
  after: string,
): AsyncGenerator<Row[]> {
  for (let cursor = after; ; ) {
    const page = (await (collection as Findable)
      .find({ ...filter, ...(cursor === '' ? {} : { _id: { $gt: cursor } }) })
      .sort({ _id: 1 })
      .limit(pageSize)
      .toArray()) as Row[]
    const last = page.at(-1)
    if (!last) return
    yield page
    cursor = last._id
  }
}
