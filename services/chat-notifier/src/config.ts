import { KeyringError, readSinkOrigin, type WebhookKeyring, webhookKeyring } from '@rounds/chat'
import {
  ConfigError,
  type Environment,
  mongoUrl,
  natsUrl,
  opsVariables,
  readConfig,
  secret,
  zone,
} from '@rounds/service'
import { Type } from 'typebox'

export const variables = {
  NATS_URL: natsUrl(),
  NATS_PASSWORD: secret('Password of the NATS user `chat-notifier`'),
  MONGO_URL: mongoUrl('Database, with the MongoDB user `chat-notifier`'),
  WEBHOOK_ENCRYPTION_KEYS: secret(
    'Keys that seal webhooks, like k2:<base64>,k1:<base64>, 32 bytes each (`openssl rand -base64 32`): the first seals, all open; the same at the gateway',
  ),
  CHAT_SINK_URL: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'In development, the origin that stands in for Google Chat, such as http://127.0.0.1:8090; never set it where people are posted to',
    }),
  ),
  PUBLIC_URL: Type.String({
    format: 'uri',
    description: 'Where people reach the page; links in messages begin with it',
  }),
  HOSPITAL_NAME: Type.String({ default: 'Rounds', maxLength: 200, description: 'As its patients call it' }),
  HOSPITAL_ZONE: zone('IANA zone of the hospital’s days'),
  CHAT_CONCURRENCY: Type.Integer({
    minimum: 2,
    maximum: 1_000,
    default: 200,
    description:
      'Spaces that one process speaks to at once, beside as many that are slow to answer; those that did not answer get half of it',
  }),
  ...opsVariables(9106),
}

/** What the environment says, with what is written in one variable read. */
export function loadConfig(environment: Environment) {
  const config = readConfig(variables, environment)
  const { CHAT_SINK_URL } = config
  const sinkOrigin = CHAT_SINK_URL === undefined ? undefined : readSinkOrigin(CHAT_SINK_URL)
  const keyring = readKeyring(config.WEBHOOK_ENCRYPTION_KEYS)
  const mistakes = [
    ...(typeof keyring === 'string' ? [`WEBHOOK_ENCRYPTION_KEYS: ${keyring}`] : []),
    ...(CHAT_SINK_URL !== undefined && sinkOrigin === undefined
      ? ['CHAT_SINK_URL must be a plain http origin on this machine or of a neighbouring container']
      : []),
  ]
  if (typeof keyring === 'string' || mistakes.length > 0) throw new ConfigError(mistakes)
  return { ...config, keyring, sinkOrigin }
}

export type ChatNotifierConfig = ReturnType<typeof loadConfig>

function readKeyring(text: string): WebhookKeyring | string {
  try {
    return webhookKeyring(text)
  } catch (error) {
    if (error instanceof KeyringError) return error.message
    throw error
  }
}
