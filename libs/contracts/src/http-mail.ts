import { type Static, Type } from 'typebox'
import { broken, nextPage, pageQuery } from './http-problem.ts'
import { day, identifier, instant } from './identifier.ts'
import {
  approvalReason,
  audience,
  batchKind,
  campaignState,
  campaignTexts,
  contribution,
  deliveryBounceKind,
  suppressionReason,
} from './mail-collections.ts'
import { deliveryState, language, mailLane, mailPurpose, resolution, templateName } from './mail-words.ts'
import { line } from './text.ts'

const closed = { additionalProperties: false }
const count = Type.Integer({ minimum: 0 })
const who = Type.Object({ id: Type.String(), name: Type.String() })
const code = Type.String({ description: 'For machines, such as `NO_CONSENT`' })
const reasonCount = Type.Object({ code, reason: Type.String(), count })

/** At every moment: sent + suppressed + failed + inDoubt + cancelled + waiting = expected; `waiting` includes `sending`. */
export const deliveryCounts = Type.Object({
  expected: count,
  sent: count,
  suppressed: count,
  failed: count,
  inDoubt: count,
  cancelled: count,
  waiting: count,
  sending: Type.Integer({ minimum: 0, description: 'Of those that wait: on their way to the relay' }),
})
export type DeliveryCounts = Static<typeof deliveryCounts>

const campaignFields = {
  name: line({ maxLength: 200 }),
  template: templateName,
  purpose: mailPurpose,
  audience,
  texts: Type.Optional(campaignTexts),
}
/** POST /v1/campaigns makes a draft; nothing is sent before POST …/send. */
export const newCampaign = Type.Object(campaignFields, closed)
export const campaignChange = Type.Partial(Type.Object(campaignFields, closed), {
  ...closed,
  minProperties: 1,
})

export const campaign = Type.Object({
  campaignId: identifier('The campaign'),
  ...campaignFields,
  state: campaignState,
  version: Type.Integer(),
  createdBy: who,
  createdAt: instant('When it was made'),
  requestedAt: Type.Optional(instant('When it was sent off')),
  approvedBy: Type.Optional(who),
  pausedBy: Type.Optional(who),
  pauseReason: Type.Optional(Type.String()),
  cancelledBy: Type.Optional(who),
  cancelReason: Type.Optional(Type.String()),
  /** What the last upload held; absent before one was read to its end. */
  upload: Type.Optional(Type.Object({ rows: count, accepted: count, refused: count })),
  columns: Type.Optional(
    Type.Array(Type.String(), { description: 'Of the uploaded list; its texts may name them' }),
  ),
  completedAt: Type.Optional(instant('When every delivery had an end')),
  /** Absent while it is a draft. */
  counts: Type.Optional(deliveryCounts),
  reasons: Type.Array(reasonCount, { description: 'Why some were suppressed or failed' }),
  waitsFor: Type.Optional(
    Type.Union([Type.Literal('mail server'), Type.Literal('later')], {
      description:
        'While it is being sent: nothing leaves because the mail server takes none, or because all the others are tried later',
    }),
  ),
  perSecond: Type.Optional(Type.Number({ description: 'Ends a second lately, once that is steady' })),
  etaMs: Type.Optional(Type.Integer({ description: 'Milliseconds left, once that can be said' })),
  mayApprove: Type.Boolean({ description: 'Whether the one who asks may approve it now' }),
  approvalReason: Type.Optional(approvalReason),
  /** What the one who asks did to it; absent when they did nothing. */
  barredFromApproving: Type.Optional(contribution.properties.did),
})
export type Campaign = Static<typeof campaign>
export const campaignQuery = Type.Object({ ...pageQuery, state: Type.Optional(campaignState) }, closed)
export const campaignList = Type.Object({ items: Type.Array(campaign), next: nextPage, broken })

/** POST /v1/campaigns/{id}/recipients, `text/csv`: header `mail`, optional `name`, `language`, then variables. */
export const uploadResult = Type.Object({
  rows: count,
  accepted: count,
  refused: count,
  incomplete: Type.Integer({
    minimum: 0,
    description:
      'Of those accepted: rows that get no mail as the text is now, since it names a column that is empty in them',
  }),
  errors: Type.Array(Type.Object({ row: Type.Integer(), column: Type.String(), reason: Type.String() }), {
    maxItems: 1_000,
    description:
      'Rows that were refused or are incomplete, the first thousand; the cell itself is not repeated',
  }),
})
export type UploadResult = Static<typeof uploadResult>

/** POST /v1/campaigns/{id}/dry-run: who would get it, who would not and why, and what it would look like. */
export const dryRun = Type.Object({
  expected: count,
  wouldSend: count,
  wouldWait: count,
  reasons: Type.Array(reasonCount),
  incomplete: Type.Array(
    Type.Object({
      row: Type.Optional(Type.Integer({ description: 'Line of the uploaded list' })),
      recipient: Type.String(),
      variable: Type.String({ description: 'What the text names and has no value' }),
    }),
    { maxItems: 1_000, description: 'Who gets no mail, since it would have a hole; the first thousand' },
  ),
  needsApproval: Type.Boolean(),
  approvalReason: Type.Optional(approvalReason),
  samples: Type.Array(
    Type.Object({
      recipient: Type.String(),
      language,
      subject: Type.String(),
      html: Type.String(),
      text: Type.String(),
    }),
    { maxItems: 3 },
  ),
  faults: Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() })),
})
export type DryRun = Static<typeof dryRun>

export const withReason = Type.Object(
  { reason: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })) },
  closed,
)

/** POST /v1/mails, with an Idempotency-Key. */
export const newMail = Type.Object(
  {
    recipientId: identifier('Whom it is for'),
    template: Type.Union([Type.Literal('announcement'), Type.Literal('report-ready')]),
    texts: Type.Optional(campaignTexts),
    report: Type.Optional(
      Type.Object(
        {
          jobId: identifier('A finished report that you may download'),
          as: Type.Union([Type.Literal('link'), Type.Literal('attachment')]),
        },
        closed,
      ),
    ),
  },
  closed,
)
export const mailAccepted = Type.Object({
  mailId: identifier('The mail'),
  links: Type.Object({ self: Type.String() }),
})

export const delivery = Type.Object({
  deliveryId: identifier('The delivery'),
  state: deliveryState,
  batchId: Type.String(),
  batch: batchKind,
  lane: mailLane,
  purpose: mailPurpose,
  template: Type.String(),
  recipient: Type.Object({
    kind: Type.String(),
    id: Type.String(),
    name: Type.Optional(Type.String({ description: 'Not told to ops' })),
  }),
  to: Type.Optional(Type.String({ description: 'The address, for admins only' })),
  subject: Type.Optional(Type.String()),
  code: Type.Optional(code),
  reason: Type.Optional(
    Type.String({ description: 'The same for people; of a mail that waits, why it does' }),
  ),
  reply: Type.Optional(Type.Object({ code: Type.Integer(), status: Type.Optional(Type.String()) })),
  attempts: Type.Integer(),
  nextAttemptAt: Type.Optional(instant('When it is tried next')),
  acceptedAt: instant('When it was written down'),
  settledAt: Type.Optional(instant('When it ended')),
  decisions: Type.Array(
    Type.Object({
      gate: Type.String(),
      verdict: Type.String(),
      reason: Type.Optional(Type.String()),
      at: instant('When'),
    }),
  ),
  resolved: Type.Optional(Type.Object({ by: Type.String(), as: Type.String(), at: instant('When') })),
  bounce: Type.Optional(
    Type.Object(
      { kind: deliveryBounceKind, at: instant('When'), status: Type.Optional(Type.String()) },
      { description: 'What came back after it was sent' },
    ),
  ),
  digestId: Type.Optional(
    identifier('The digest that tells of it, since its recipient had the mails of a day already'),
  ),
  listed: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Of a digest: how many mails it stands for' }),
  ),
})
export type Delivery = Static<typeof delivery>
/** GET /v1/mails/{id} */
export const mail = Type.Object({
  mailId: identifier('The mail'),
  recipientId: identifier('Whom it is for'),
  template: Type.String(),
  purpose: mailPurpose,
  requestedBy: who,
  requestedAt: instant('When'),
  delivery: Type.Optional(delivery),
})
export type Mail = Static<typeof mail>

export const deliveryQuery = Type.Object(
  {
    ...pageQuery,
    state: Type.Optional(deliveryState),
    template: Type.Optional(templateName),
    batchId: Type.Optional(identifier('Only of this campaign, fire, mail or appointment')),
    recipientId: Type.Optional(identifier('Only to this person')),
    digestId: Type.Optional(identifier('Only those that this digest tells of')),
    from: Type.Optional(day('First day, in the hospital’s zone')),
    to: Type.Optional(day('Last day, included')),
  },
  closed,
)
const searchText = (description: string) =>
  Type.Optional(Type.String({ minLength: 2, maxLength: 254, pattern: '\\S', description }))
/** POST /v1/deliveries/search: what says something about people travels in no URL. */
export const deliverySearch = Type.Object(
  {
    ...deliveryQuery.properties,
    address: searchText('To this address'),
    name: searchText('To somebody of this name'),
    subject: searchText('With this subject'),
    match: Type.Optional(
      Type.Union([Type.Literal('prefix'), Type.Literal('exact')], {
        description:
          'Whether address, name and subject begin so (the default) or are so; case and accents do not matter',
      }),
    ),
    bounce: Type.Optional(deliveryBounceKind),
  },
  closed,
)
export const deliveryList = Type.Object({ items: Type.Array(delivery), next: nextPage, broken })
/** POST /v1/deliveries/{id}/resolve: only what is in doubt can be settled by hand. */
export const deliveryResolution = Type.Object(
  { as: resolution, reason: Type.Optional(Type.String({ maxLength: 300 })) },
  closed,
)

export const mailTemplate = Type.Object({
  template: templateName,
  version: Type.Integer(),
  title: Type.String(),
  purpose: mailPurpose,
  lane: mailLane,
  inDoubt: Type.Union([Type.Literal('resend'), Type.Literal('hold')]),
  languages: Type.Array(language),
  variables: Type.Array(Type.Object({ name: Type.String(), about: Type.String() })),
  forCampaigns: Type.Boolean(),
})
export type MailTemplate = Static<typeof mailTemplate>
export const mailTemplateList = Type.Object({ items: Type.Array(mailTemplate) })
/** POST /v1/templates/{template}/preview and …/test-send, which mails it to the one who asks. */
export const previewRequest = Type.Object(
  {
    language: Type.Optional(language),
    texts: Type.Optional(campaignTexts),
    columns: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,39}$' }), {
        maxItems: 21,
        description: 'Of the list that it is for; each is shown as its name',
      }),
    ),
  },
  closed,
)
export const mailPreview = Type.Object({
  subject: Type.String(),
  html: Type.String(),
  text: Type.String(),
  language,
  version: Type.Integer(),
})
export type MailPreview = Static<typeof mailPreview>

export const suppression = Type.Object({
  mail: Type.String(),
  reason: suppressionReason,
  status: Type.Optional(Type.String()),
  since: instant('When it was put there first'),
  lastSeenAt: instant('When there was last a reason to'),
})
export type Suppression = Static<typeof suppression>
export const suppressionList = Type.Object({ items: Type.Array(suppression), next: nextPage, broken })
export const suppressionWish = Type.Object(
  {
    mail: Type.String({ minLength: 3, maxLength: 254 }),
    action: Type.Union([Type.Literal('add'), Type.Literal('lift')]),
    reason: Type.Optional(Type.Union([Type.Literal('complaint'), Type.Literal('by hand')])),
    note: Type.Optional(Type.String({ maxLength: 300 })),
  },
  closed,
)

export const bounceResult = Type.Object({ bounces: Type.Array(identifier('One per recipient in it')) })

export const consent = Type.Object({
  personId: identifier('The person'),
  care: Type.Boolean(),
  administrative: Type.Boolean(),
  marketing: Type.Boolean(),
  updatedAt: Type.Optional(instant('When they last said so')),
})
export type Consent = Static<typeof consent>
export const consentChange = Type.Partial(
  Type.Object({ care: Type.Boolean(), administrative: Type.Boolean(), marketing: Type.Boolean() }, closed),
  { ...closed, minProperties: 1 },
)

/** GET /v1/unsubscribe/{token}: what the link would end; only POST ends it. */
export const unsubscribeOffer = Type.Object({ purpose: mailPurpose, done: Type.Boolean() })

export const completeness = Type.Object({
  items: Type.Array(
    Type.Object({
      checkId: Type.String(),
      day: Type.String(),
      at: instant('When it looked'),
      batches: count,
      fires: count,
      missing: Type.Array(
        Type.Object({ batchId: Type.String(), what: Type.String(), expected: count, reached: count }),
      ),
    }),
  ),
  broken,
})
export type Completeness = Static<typeof completeness>
