import { isIP } from 'node:net'
import { KeyringError, readSinkOrigin, type WebhookKeyring, webhookKeyring } from '@rounds/chat'
import { OperatorError } from '@rounds/kernel'
import { mailRuleVariables, type TokenKeys } from '@rounds/mail'
import {
  ConfigError,
  type Environment,
  mongoUrl,
  natsUrl,
  opsVariables,
  port,
  readConfig,
  secret,
  zone,
} from '@rounds/service'
import { Type } from 'typebox'
import { readTrustedProxies } from './http/index.ts'

export const variables = {
  NATS_URL: natsUrl(),
  NATS_PASSWORD: secret('Password of the NATS user `gateway`'),
  MONGO_URL: mongoUrl('Where the gateway keeps its data, with the MongoDB user `gateway`'),
  ARTIFACTS_DIR: Type.String({
    minLength: 1,
    description: 'Where finished files lie; the same as for reports',
  }),
  HTTP_HOST: Type.String({ default: '127.0.0.1', description: 'Address to listen on' }),
  HTTP_PORT: port(8080, 'Port to listen on'),
  PUBLIC_URL: Type.String({
    format: 'uri',
    default: 'http://localhost:8080',
    description: 'How browsers reach the gateway; https but for localhost',
  }),
  PUBLIC_NATS_URL: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Where other systems reach the broker, servers separated by commas, as `/asyncapi.json` says; absent: the host of PUBLIC_URL, port 4222',
    }),
  ),
  TRUST_PROXY: Type.String({
    default: '',
    description:
      'Proxies whose X-Forwarded-For names the caller: addresses or networks like 10.0.0.5, 172.16.0.0/12, or loopback, separated by commas; or the number of proxies, where nobody can reach the gateway past them. Empty: none',
  }),
  WEB_DIR: Type.Optional(
    Type.String({ minLength: 1, description: 'The built web UI; absent: the API alone' }),
  ),
  HOSPITAL_NAME: Type.String({ default: 'Rounds', description: 'Shown on the sign-in page' }),
  HOSPITAL_ZONE: zone('IANA zone in which days begin and end'),
  APPROVAL_LIMIT: Type.Integer({
    minimum: 0,
    default: 500,
    description:
      'Recipients that one person reaches within 24 hours, by campaigns and single mails together, above which a second admin approves',
  }),
  ...mailRuleVariables,
  REQUESTS_PER_MINUTE: Type.Integer({
    minimum: 1,
    default: 3_000,
    description: 'Requests of one person, token or system that one gateway answers; more are answered 429',
  }),
  EVENTS_PER_MINUTE: Type.Integer({
    minimum: 500,
    default: 12_000,
    description:
      'Events of one system that one gateway takes; over HTTP more are answered 429, at the broker they wait',
  }),
  VISIT_MINUTES_LIMIT: Type.Integer({
    minimum: 5,
    maximum: 480,
    default: 240,
    description: 'Longest visit that may be booked, here or by an external system, in minutes',
  }),
  OPEN_VISITS_PER_PATIENT: Type.Integer({
    minimum: 1,
    default: 10,
    description: 'Visits to come that a patient may have booked for themself; more are answered 409',
  }),
  OPEN_VISITS_PER_PATIENT_AND_DOCTOR: Type.Integer({
    minimum: 1,
    default: 5,
    description: 'The same with one doctor',
  }),
  OPEN_JOBS_PER_PERSON: Type.Integer({
    minimum: 1,
    default: 20,
    description: 'Reports of one person that may be queued or running at once; more are answered 429',
  }),
  UPLOAD_LIMIT_MB: Type.Integer({
    minimum: 1,
    default: 128,
    description: 'Largest list of recipients that may be uploaded',
  }),
  ATTACHMENT_LIMIT_MB: Type.Integer({
    minimum: 1,
    default: 5,
    description: 'Largest report that is mailed as an attachment; larger ones go as a link',
  }),
  LINK_SIGNING_KEY: Type.String({
    minLength: 32,
    description: 'By which unsubscribe links are known as ours; the same as the mailer’s, for ever',
  }),
  AUDIT_SIGNING_KEY: Type.String({
    pattern: '^[^,\\s]{32,}(,[^,\\s]{32,})*$',
    description:
      'Signs the entries of the audit, 32 characters or more (`openssl rand -base64 32`); several by commas: the first signs, all verify',
  }),
  WEBHOOK_ENCRYPTION_KEYS: secret(
    'Keys that seal the chat spaces’ webhooks, like k2:<base64>,k1:<base64>, 32 bytes each (`openssl rand -base64 32`): the first seals, all open; the same at the chat notifier',
  ),
  CHAT_SINK_URL: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'A sink that webhooks may lead to besides Google Chat; for development only',
    }),
  ),
  CANARY_INTERVAL_SECONDS: Type.Integer({
    minimum: 1,
    maximum: 50,
    default: 30,
    description:
      'Seconds between two canaries, the same in all replicas; a consumer counts as silent ten seconds after one that it did not answer',
  }),
  DEMO: Type.Boolean({
    default: false,
    description: 'Lets anyone sign in by role alone. For demonstrations only',
  }),
  ...opsVariables(9080),
}

export function loadConfig(environment: Environment) {
  const config = readConfig(variables, environment)
  refusePlainHttp(new URL(config.PUBLIC_URL))
  const { CHAT_SINK_URL } = config
  const chatSinkOrigin = CHAT_SINK_URL === undefined ? undefined : readSinkOrigin(CHAT_SINK_URL)
  const keyring = readKeyring(config.WEBHOOK_ENCRYPTION_KEYS)
  const trustedProxies = readTrustedProxies(config.TRUST_PROXY)
  const publicNatsUrls = readNatsUrls(config.PUBLIC_NATS_URL, config.PUBLIC_URL)
  const mistakes = [
    ...(trustedProxies === undefined
      ? [
          'TRUST_PROXY must name proxies by address or network, such as 10.0.0.5, 172.16.0.0/12, or say how many there are',
        ]
      : []),
    ...(typeof keyring === 'string' ? [`WEBHOOK_ENCRYPTION_KEYS: ${keyring}`] : []),
    ...(CHAT_SINK_URL !== undefined && chatSinkOrigin === undefined
      ? ['CHAT_SINK_URL must be a plain http origin on this machine or of a neighbouring container']
      : []),
    ...(publicNatsUrls
      ? []
      : ['PUBLIC_NATS_URL must be nats:// or tls:// with a host, several separated by commas']),
  ]
  if (typeof keyring === 'string' || trustedProxies === undefined || !publicNatsUrls || mistakes.length > 0)
    throw new ConfigError(mistakes)
  return {
    ...config,
    chatSinkOrigin,
    keyring,
    trustedProxies,
    publicNatsUrls,
    unsubscribeKeys: unsubscribeKeysOf(config.LINK_SIGNING_KEY),
    uploadMaxRows: 1_000_000,
  }
}

export type GatewayConfig = ReturnType<typeof loadConfig>

const unsubscribeKeysOf = (secret: string): TokenKeys => ({ current: 'k1', secrets: { k1: secret } })

function readNatsUrls(text: string | undefined, publicUrl: string): readonly string[] | undefined {
  const urls = (text ?? `nats://${new URL(publicUrl).hostname}:4222`).split(',').map((url) => url.trim())
  return urls.every((url) => /^(nats|tls):\/\/[^\s/@?#]+$/.test(url) && URL.canParse(url)) ? urls : undefined
}

function readKeyring(text: string): WebhookKeyring | string {
  try {
    return webhookKeyring(text)
  } catch (error) {
    if (error instanceof KeyringError) return error.message
    throw error
  }
}

/** Session cookies and patients' names must not cross a network in the clear. */
function refusePlainHttp({ protocol, hostname }: URL): void {
  if (protocol === 'https:') return
  const isLocal =
    /^(localhost|.+\.localhost|\[::1\])$/.test(hostname) ||
    (isIP(hostname) === 4 && hostname.startsWith('127.'))
  if (protocol === 'http:' && isLocal) return
  throw new OperatorError(
    'PUBLIC_URL is plain HTTP outside localhost: put TLS before the gateway (Caddy, nginx or your ingress ends it and forwards to HTTP_PORT), then set PUBLIC_URL to the https address and TRUST_PROXY to the proxy’s.',
  )
}
