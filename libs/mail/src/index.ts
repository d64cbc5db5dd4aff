export { mostDigestVisits } from '../templates/visit-digest/template.ts'
export { type AddressFault, type AddressResult, type Mailbox, parseAddress } from './addresses.ts'
export { type AuthorText, authorVariables, missingIn, sampleColumns } from './author-text.ts'
export { type Bounce, type BouncedRecipient, isAddressGone, maxBounceBytes, parseBounce } from './bounce.ts'
export { appointmentOccasion, type DeliveryIdentity, deliveryKeys } from './delivery-key.ts'
export {
  type GateFacts,
  type GateReason,
  type GateVerdict,
  gate,
} from './gate.ts'
export { deliveryKeyOf, type HeaderFacts, mailHeaders, messageIdOf } from './headers.ts'
export { type LintFault, lintAnnouncement, lintTemplate } from './lint.ts'
export { type Attachment, type Message, messageBytes } from './message.ts'
export { knownZone, type QuietHours, quietUntil } from './quiet-hours.ts'
export {
  type MailVariables,
  MailVariablesError,
  mailTemplates,
  previewOf,
  type RenderedMail,
  render,
  type TemplateId,
  templateOf,
  UnknownTemplateError,
  type VariableFault,
  variableFaults,
} from './render.ts'
export { type MailRules, mailRulesOf, mailRuleVariables } from './rule-variables.ts'
export { signInToken } from './sign-in-token.ts'
export type { MailTemplate } from './template.ts'
export {
  addressHash,
  readUnsubscribeToken,
  type TokenKeys,
  type Unsubscription,
  unsubscribeToken,
} from './unsubscribe-token.ts'
