export { appointmentUrl, type ChatMessage, messageBytes, mostBytes } from './message.ts'
export { type ChatNews, newsMessage, previewMessage, testMessage, type Voice } from './news-message.ts'
export { type PostOccasion, postKeyOf, requestIdOf, trialKeyOf } from './post-key.ts'
export { type Happening, hears, type RoutedSpace, spacesHearing } from './routing.ts'
export { CannotOpenError, KeyringError, type WebhookKeyring, webhookKeyring } from './sealing.ts'
export {
  googleOrigin,
  parseWebhook,
  readSinkOrigin,
  type Webhook,
  type WebhookFault,
  type WebhookResult,
} from './webhook.ts'
