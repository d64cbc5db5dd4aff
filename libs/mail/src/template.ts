import { type Language, language, type MailLane, type MailPurpose, mailPurpose } from '@rounds/contracts'
import { type Static, type TObject, type TProperties, Type } from 'typebox'
import { visiblePattern } from './blank.ts'

export const mailPurposes: readonly MailPurpose[] = mailPurpose.anyOf.map((purpose) => purpose.const)
export const mailLanguages: readonly Language[] = language.anyOf.map((one) => one.const)

/** A kind of mail, as its folder under `templates/` declares it. Its texts lie beside it, one pair of files per language. */
export interface MailTemplate<Variables extends TObject = TObject> {
  readonly id: string
  /** Grows with every change that a reader would notice; kept with each delivery. */
  readonly version: number
  /** For the admin who chooses one. */
  readonly about: string
  readonly purpose: MailPurpose
  readonly lane: MailLane
  /**
   * When nobody knows whether a mail left: `resend` where missing is worse than twice, and its text then says that it may come
   * twice; `hold` where a person decides.
   */
  readonly inDoubt: 'resend' | 'hold'
  /** Whether it carries an unsubscribe link, and so needs `unsubscribeUrl`. */
  readonly mayUnsubscribe: boolean
  /** Somebody's way into their account: sent whatever they agreed to, and limited by whoever asks for it. */
  readonly isSecurity?: true
  readonly variables: Variables
  readonly sample: Static<Variables>
  /** One line each; only variables that are not personal. Without Hindi the English one stands. */
  readonly subjects: { readonly en: string; readonly hi?: string }
}

/** Declares a template. Variables that nobody declared are refused, and so is every value of another type. */
export function defineTemplate<Variables extends TProperties>(
  template: Omit<MailTemplate<TObject<Variables>>, 'variables'> & { readonly variables: Variables },
): MailTemplate<TObject<Variables>> {
  return { ...template, variables: Type.Object(template.variables, { additionalProperties: false }) }
}

/** A text about somebody: never in a subject, which is shown on locked screens and kept in logs of relays. */
export const personal = (description: string) =>
  Type.String({ pattern: visiblePattern, maxLength: 200, personal: true, description })

/** A text that says nothing about the recipient, such as the name of the hospital. */
export const neutral = (description: string) =>
  Type.String({ pattern: visiblePattern, maxLength: 200, description })

/** A web address, and nothing that runs. */
export const link = (description: string) =>
  Type.String({
    maxLength: 2_000,
    // No `@` in front of the path: what stands before it looks like the host and is not.
    pattern: '^https?://[A-Za-z0-9.\\-:\\[\\]]+([/?#][^\\s"\'<>`\\\\\\u0000-\\u0020\\u007f]*)?$',
    personal: true,
    description,
  })

/** Shown as day or time of `zone` in the language of the mail: `{{ startsAt | day }}`, `{{ startsAt | time }}`. */
export const moment = (description: string) => Type.String({ format: 'date-time', description })

/** A calendar day `YYYY-MM-DD`. */
export const date = (description: string) => Type.String({ format: 'date', description })

/** The zone in which moments are shown. */
export const zone = Type.String({ minLength: 1, maxLength: 60, description: 'Such as Asia/Kolkata' })

export const count = (description: string) => Type.Integer({ minimum: 0, description })

/** Names of variables that may not stand in a subject. */
export function personalVariables(template: MailTemplate): string[] {
  return Object.entries(template.variables.properties).flatMap(([name, schema]) =>
    'personal' in schema && schema.personal === true ? [name] : [],
  )
}
