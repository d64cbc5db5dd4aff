import type { MailTemplate } from '@rounds/mail'

/** An admin writes it and anybody may be meant: it takes a subject and a body, and nothing of one visit or one report. */
export const isForCampaigns = (template: MailTemplate | undefined): boolean =>
  template !== undefined &&
  'subject' in template.variables.properties &&
  'body' in template.variables.properties
