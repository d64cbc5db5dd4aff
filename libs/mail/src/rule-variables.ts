import { Type } from 'typebox'
import { type QuietHours, usualQuietHours } from './quiet-hours.ts'

const clock = (usual: string, description: string) =>
  Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', default: usual, description })

/** How often and at what hours people get mail that is not care: the mailer heeds it, and the gateway foretells it. */
export const mailRuleVariables = {
  QUIET_FROM: clock(
    usualQuietHours.from,
    'From when on mail that is not care waits, in the recipient’s zone',
  ),
  QUIET_UNTIL: clock(usualQuietHours.until, 'Until when it waits; the same as QUIET_FROM for never'),
  MAIL_FREQUENCY_CAP: Type.Integer({
    minimum: 1,
    default: 10,
    description: 'Mails that are not care which one person gets in MAIL_FREQUENCY_DAYS; more of them wait',
  }),
  MAIL_FREQUENCY_DAYS: Type.Integer({
    minimum: 1,
    maximum: 90,
    default: 7,
    description: 'See MAIL_FREQUENCY_CAP',
  }),
}

export interface MailRules {
  readonly quietHours: QuietHours
  readonly cap: number
  readonly windowMs: number
}

/** The same, as the gate wants to know it. */
export const mailRulesOf = (config: {
  readonly QUIET_FROM: string
  readonly QUIET_UNTIL: string
  readonly MAIL_FREQUENCY_CAP: number
  readonly MAIL_FREQUENCY_DAYS: number
}): MailRules => ({
  quietHours: { from: config.QUIET_FROM, until: config.QUIET_UNTIL },
  cap: config.MAIL_FREQUENCY_CAP,
  windowMs: config.MAIL_FREQUENCY_DAYS * 24 * 3_600_000,
})
