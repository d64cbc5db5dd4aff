import { type Static, Type } from 'typebox'
import { day, identifier } from './identifier.ts'
import { language, type mailLane, mailPurpose, templateName } from './mail-words.ts'
import { line } from './text.ts'

const date = (description: string) => Type.Unsafe<Date>({ bsonType: 'date', description })
const byAt = Type.Object({ by: identifier('Who'), at: date('When') })
const byAtFor = Type.Object({
  by: identifier('Who'),
  at: date('When'),
  reason: Type.Optional(Type.String({ description: 'In their words' })),
})

/** Whom a campaign is for. Filters narrow each other; an upload or earlier failures stand alone. */
export const audience = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('people'),
      role: Type.Union([Type.Literal('patient'), Type.Literal('doctor')]),
      departmentId: Type.Optional(identifier('Doctors who work there; patients with an appointment there')),
      doctorId: Type.Optional(identifier('Patients with an appointment with this doctor')),
      from: Type.Optional(day('Patients with an appointment on or after this day, in the hospital’s zone')),
      to: Type.Optional(day('Patients with an appointment on or before this day')),
      language: Type.Optional(language),
    },
    { additionalProperties: false },
  ),
  Type.Object({ kind: Type.Literal('upload') }, { additionalProperties: false }),
  Type.Object(
    {
      kind: Type.Literal('failed of'),
      campaignId: identifier('The campaign whose failed recipients are tried again'),
    },
    { additionalProperties: false },
  ),
])
export type Audience = Static<typeof audience>

/** What an admin writes, in Liquid; English is needed, Hindi readers get English without it. */
export const campaignText = Type.Object(
  {
    subject: line({ maxLength: 200 }),
    body: Type.String({ minLength: 1, maxLength: 20_000 }),
  },
  { additionalProperties: false },
)
export const campaignTexts = Type.Object(
  { en: campaignText, hi: Type.Optional(campaignText) },
  { additionalProperties: false },
)
export type CampaignTexts = Static<typeof campaignTexts>

export const campaignState = Type.Union([
  Type.Literal('draft'),
  Type.Literal('awaiting approval'),
  Type.Literal('sending'),
  Type.Literal('paused'),
  Type.Literal('completed'),
  Type.Literal('cancelled'),
])
export type CampaignState = Static<typeof campaignState>

/** What somebody did to a campaign before it left; whoever did may not be the one who approves it. */
export const contribution = Type.Object({
  by: identifier('Who'),
  did: Type.Union([
    Type.Literal('created'),
    Type.Literal('edited'),
    Type.Literal('uploaded'),
    Type.Literal('sent'),
    Type.Literal('scheduled'),
    Type.Literal('ran'),
  ]),
})
export type Contribution = Static<typeof contribution>

/** Why a second person has to approve: so many recipients, a whole role, or together with what the sender sent within a day. */
export const approvalReason = Type.Union([
  Type.Literal('recipients'),
  Type.Literal('everybody'),
  Type.Literal('day'),
])
export type ApprovalReason = Static<typeof approvalReason>

/** `campaigns`: what was asked for and by whom. How far it is, is counted from the deliveries. */
export const campaignDocument = Type.Object({
  _id: identifier('The campaign'),
  name: Type.String(),
  state: campaignState,
  template: templateName,
  purpose: mailPurpose,
  audience,
  texts: Type.Optional(campaignTexts),
  /** Who was counted when it was sent off; above the limit a second person approves. */
  expected: Type.Optional(Type.Integer()),
  createdBy: identifier('Who made it'),
  createdAt: date('When it was made'),
  requested: Type.Optional(byAt),
  approvalReason: Type.Optional(approvalReason),
  /** Everybody who had a hand in it, those who wrote its schedule included. */
  contributions: Type.Optional(Type.Array(contribution)),
  approved: Type.Optional(byAt),
  paused: Type.Optional(byAtFor),
  cancelled: Type.Optional(byAtFor),
  completedAt: Type.Optional(date('When every delivery had an end')),
  /** What the last upload held, once it was read to its end; without it an upload is no audience. */
  upload: Type.Optional(
    Type.Object({
      rows: Type.Integer(),
      accepted: Type.Integer(),
      refused: Type.Integer(),
      at: date('When'),
    }),
  ),
  columns: Type.Optional(
    Type.Array(Type.String(), { description: 'Of the uploaded list; its texts may name them' }),
  ),
  correlationid: Type.String(),
  version: Type.Integer(),
  updatedAt: date('When it last changed'),
})
export type CampaignDocument = Static<typeof campaignDocument>

/** `campaignRecipients`: rows of an uploaded CSV that could be read; `_id` is `<campaign>-<row>`. */
export const campaignRecipientDocument = Type.Object({
  _id: identifier('The campaign and the row'),
  campaignId: identifier('The campaign'),
  row: Type.Integer({ description: 'Line of the upload on which the row begins, from 1' }),
  mail: Type.String(),
  name: Type.String(),
  language,
  variables: Type.Record(Type.String(), Type.String()),
})
export type CampaignRecipientDocument = Static<typeof campaignRecipientDocument>

/** `mails`: single mails that were asked for; the event only names them. */
export const mailDocument = Type.Object({
  _id: identifier('The mail'),
  recipientId: identifier('Whom it is for'),
  template: templateName,
  purpose: mailPurpose,
  texts: Type.Optional(campaignTexts),
  /** Somebody tries a template on themself: it is filled with the values of its declaration where nothing else is given. */
  test: Type.Optional(Type.Boolean()),
  /** Of a test: columns of a list that its texts name. */
  columns: Type.Optional(Type.Array(Type.String())),
  /** Of a test; otherwise the recipient's own. */
  language: Type.Optional(language),
  report: Type.Optional(
    Type.Object({
      jobId: identifier('The finished report'),
      as: Type.Union([Type.Literal('link'), Type.Literal('attachment')]),
      fileName: Type.String(),
      title: Type.String(),
    }),
  ),
  /** Nobody wrote it to this one person: it counts towards the recipient's daily limit. */
  automatic: Type.Optional(Type.Boolean()),
  requestedBy: identifier('Who asked'),
  requestedAt: date('When'),
  correlationid: Type.String(),
})
export type MailDocument = Static<typeof mailDocument>

/** `consents`: one document per person who ever said anything; without one, care and administration are agreed to. */
export const consentDocument = Type.Object({
  _id: identifier('The person'),
  care: Type.Boolean(),
  administrative: Type.Boolean(),
  marketing: Type.Boolean(),
  updatedAt: date('When they last said so'),
  via: Type.Union([Type.Literal('person'), Type.Literal('admin'), Type.Literal('unsubscribe')]),
})
export type ConsentDocument = Static<typeof consentDocument>

/** What holds for whom nothing is written down. */
export const usualConsent = { care: true, administrative: true, marketing: false } as const

/** `suppressionRequests`: what people want of the suppression list; the mailer, whose list it is, does it. */
export const suppressionRequestDocument = Type.Object({
  _id: identifier('The request'),
  mail: Type.String(),
  action: Type.Union([Type.Literal('add'), Type.Literal('lift')]),
  reason: Type.Union([Type.Literal('complaint'), Type.Literal('unsubscribed'), Type.Literal('by hand')]),
  note: Type.Optional(Type.String()),
  requestedBy: Type.String({ description: 'A person, or `unsubscribe`' }),
  requestedAt: date('When'),
})
export type SuppressionRequestDocument = Static<typeof suppressionRequestDocument>

/** `bounces`: delivery status notifications (RFC 3464, 6533) and complaints (RFC 5965) as they were handed in, a document per recipient in them. */
export const bounceDocument = Type.Object({
  _id: identifier('The bounce'),
  finalRecipient: Type.String({ description: 'Empty in a complaint that names nobody' }),
  originalRecipient: Type.Optional(
    Type.String({ description: 'To whom it was addressed, where an alias led elsewhere' }),
  ),
  action: Type.String({ description: 'failed, delayed, delivered, relayed, expanded or complained' }),
  status: Type.Optional(
    Type.String({ description: 'Enhanced status code, such as 5.1.1; none in a complaint' }),
  ),
  messageId: Type.Optional(Type.String({ description: 'Of the mail that came back' })),
  deliveryId: Type.Optional(identifier('Read from that')),
  receivedAt: date('When it was handed in'),
})
export type BounceDocument = Static<typeof bounceDocument>

export const suppressionReason = Type.Union([
  Type.Literal('bounced'),
  Type.Literal('refused'),
  Type.Literal('complaint'),
  Type.Literal('unsubscribed'),
  Type.Literal('by hand'),
])

/** `suppressions`: addresses that nothing is sent to; `_id` is the address in lower case. */
export const suppressionDocument = Type.Object({
  _id: Type.String(),
  reason: suppressionReason,
  status: Type.Optional(Type.String({ description: 'Enhanced status code, when a server said so' })),
  since: date('When it was put there first'),
  lastSeenAt: date('When there was last a reason to'),
  source: Type.String({ description: 'The delivery, bounce or request that led to it' }),
})
export type SuppressionDocument = Static<typeof suppressionDocument>

/** What several deliveries belong to. */
export const batchKind = Type.Union([
  Type.Literal('campaign'),
  Type.Literal('reminders'),
  Type.Literal('activity'),
  Type.Literal('single'),
  Type.Literal('appointment'),
])
export type BatchKind = Static<typeof batchKind>

/** Whom a delivery is for: somebody the hospital knows, or a row of an upload. */
export type DeliveryRecipient =
  | { readonly kind: 'person'; readonly id: string; readonly name: string; readonly number: string }
  | { readonly kind: 'upload'; readonly id: string; readonly name: string; readonly row: number }

/** The input of a document in the ledger `deliveries`: what is to be sent to whom, and why. Its address is read at the moment of sending. */
export interface DeliveryInput {
  readonly batchId: string
  readonly batch: BatchKind
  readonly lane: Static<typeof mailLane>
  readonly purpose: Static<typeof mailPurpose>
  readonly template: string
  readonly templateVersion: number
  /** What makes it another mail than the one before: a campaign, a fire, an appointment with its version and offset. */
  readonly occasion: string
  readonly recipient: DeliveryRecipient
  readonly language: Static<typeof language>
  readonly appointmentId?: string
  /** The appointment's version that this mail speaks of. */
  readonly appointmentVersion?: number
  /** When that appointment was to begin before it was moved. */
  readonly previousStartsAt?: Date
  readonly cause: { readonly id?: string; readonly correlationid: string }
}

/** One look of the gate, kept with its reason. */
export interface GateDecision {
  readonly gate: string
  readonly verdict: 'pass' | 'wait' | 'suppress' | 'fail'
  readonly reason?: string
  readonly at: Date
}

/** The outcome of a delivery. */
export interface DeliveryOutcome {
  readonly kind: 'sent' | 'merged' | 'suppressed' | 'failed' | 'in doubt' | 'cancelled'
  /** For machines, such as `NO_CONSENT`, `BAD_ADDRESS`, `REFUSED`; absent when it was simply sent. */
  readonly code?: string
  readonly reply?: { readonly code: number; readonly status?: string }
  /** The address it went to; evidence, deleted with the content of the delivery. */
  readonly to?: string
  readonly messageId?: string
  readonly subject?: string
  readonly bytes?: number
  /** How often a person let it be sent anew: each time it is another mail, with an id of its own. */
  readonly occurrence?: number
  readonly decisions: readonly GateDecision[]
  readonly resolved?: { readonly by: string; readonly at: Date; readonly as: string }
  /** What came back after it was sent. */
  readonly bounce?: DeliveryBounce
  /** Of a mail above the recipient's daily limit: the digest that tells of it, and since when it waits for that one. */
  readonly digestId?: string
  readonly joinedAt?: Date
  /** Of a digest: the deliveries that its mail tells of. */
  readonly listed?: readonly string[]
}

/**
 * `returned`: it came back, and is counted as failed. `complaint`: the recipient called it spam. `other address`: the report is about
 * this mail and an address that we did not write to, such as one behind an alias; a person has to look.
 */
export const deliveryBounceKind = Type.Union([
  Type.Literal('returned'),
  Type.Literal('complaint'),
  Type.Literal('other address'),
])

export interface DeliveryBounce {
  readonly kind: Static<typeof deliveryBounceKind>
  readonly id: string
  readonly at: Date
  readonly status?: string
}

/** `batches`: the mailer's ledger of lists to make; its progress is kept so that a restart goes on where it was. */
export interface BatchProgress {
  /** Written so far; without those that an earlier list had wanted already. */
  readonly listed: number
  /** Everybody is listed. */
  readonly isListed: boolean
  /** Where listing goes on. */
  readonly cursor?: string
}

/** The input of a document in the ledger `batches`; its key is the batch's id. */
export type BatchInput = { readonly cause: DeliveryInput['cause'] } & (
  | { readonly kind: 'campaign' }
  | {
      readonly kind: 'reminders'
      /** Days of the hospital, and which offset a visit on them is reminded with. */
      readonly days: ReadonlyArray<{ readonly offset: 'same-day' | 'day-before'; readonly day: string }>
    }
  | { readonly kind: 'activity'; readonly month: string }
)

/** `checks`: what the nightly check found. */
export const checkDocument = Type.Object({
  _id: identifier('The check, named after its day'),
  day: day('The day it looked at'),
  at: date('When it looked'),
  batches: Type.Integer(),
  fires: Type.Integer(),
  missing: Type.Array(
    Type.Object({
      batchId: Type.String(),
      what: Type.String(),
      expected: Type.Integer(),
      reached: Type.Integer(),
    }),
  ),
})
export type CheckDocument = Static<typeof checkDocument>
