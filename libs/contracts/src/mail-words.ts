import { type Static, Type } from 'typebox'

/** Why a mail is sent. Consent is given by purpose; only care does not wait for the morning. */
export const mailPurpose = Type.Union([
  Type.Literal('care'),
  Type.Literal('administrative'),
  Type.Literal('marketing'),
])
export type MailPurpose = Static<typeof mailPurpose>

/** Two lanes with workers of their own: a campaign never delays a reminder. */
export const mailLane = Type.Union([Type.Literal('care'), Type.Literal('bulk')])
export type MailLane = Static<typeof mailLane>

export const language = Type.Union([Type.Literal('en'), Type.Literal('hi')])
export type Language = Static<typeof language>

/** Which template, such as `visit-reminder`. */
export const templateName = Type.String({ pattern: '^[a-z][a-z0-9-]*$', maxLength: 60 })

/** Where a delivery stands, for people and for counting: see `deliveryStateOf`. */
export const deliveryState = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('sending'),
  Type.Literal('sent'),
  Type.Literal('merged'),
  Type.Literal('suppressed'),
  Type.Literal('failed'),
  Type.Literal('in doubt'),
  Type.Literal('cancelled'),
])
export type DeliveryState = Static<typeof deliveryState>

/** What somebody settles a doubtful delivery as. */
export const resolution = Type.Union([Type.Literal('sent'), Type.Literal('resend'), Type.Literal('abandon')])
export type Resolution = Static<typeof resolution>
