import { mailRuleVariables } from '@rounds/mail'
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
import { readDomainRates } from './domain-pace.ts'
import { readSender } from './sender.ts'

const concurrency = (usual: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 200, default: usual, description })

export const variables = {
  NATS_URL: natsUrl(),
  NATS_PASSWORD: secret('Password of the NATS user `mailer`'),
  MONGO_URL: mongoUrl('Database, with the MongoDB user `mailer`'),
  SMTP_URL: Type.String({
    pattern: '^smtps?://[^\\s/]+/?$',
    description: 'The relay, such as smtp://user:password@host:587; smtps:// for TLS from the first byte',
  }),
  SMTP_TLS: Type.Union([Type.Literal('required'), Type.Literal('when offered'), Type.Literal('never')], {
    default: 'required',
    description: 'STARTTLS; anything but `required` is for a relay on the same machine',
  }),
  MAIL_FROM: Type.String({
    minLength: 3,
    maxLength: 320,
    description: 'Sender of every mail, such as Rounds Hospital <no-reply@hospital.example>',
  }),
  LINK_SIGNING_KEY: Type.String({
    minLength: 32,
    description:
      'Makes delivery keys and unsubscribe links; the same on every replica and at the gateway, for ever',
  }),
  PUBLIC_URL: Type.String({
    format: 'uri',
    description: 'Where people reach the page; links in mails begin with it',
  }),
  HOSPITAL_NAME: Type.String({ default: 'Rounds', maxLength: 200, description: 'As its patients call it' }),
  HOSPITAL_ZONE: zone('IANA zone of the hospital’s days'),
  CARE_CONCURRENCY: concurrency(8, 'Mails about care that one process sends at once'),
  BULK_CONCURRENCY: concurrency(
    32,
    'Mails of campaigns that one process sends at once, and so the most that its sudden death leaves in doubt; with those about care fewer than the 50 connections that Postfix lets one client have',
  ),
  SMTP_DOMAIN_RATE_LIMITS: Type.String({
    default: '',
    description:
      'Mails a second by domain and process, such as example.test=10, *=50; without one there is no limit',
  }),
  ...mailRuleVariables,
  MAILS_PER_RECIPIENT_AND_DAY: Type.Integer({
    minimum: 1,
    default: 10,
    description:
      'Mails of every kind that one mailbox gets within 24 hours, but for those that a person sends to one person; above it mails about visits are merged into digests, and others wait',
  }),
  SECURITY_MAILS_PER_RECIPIENT_AND_DAY: Type.Integer({
    minimum: 1,
    default: 20,
    description: 'Sign-in links and the like that one mailbox gets within 24 hours; more are not sent',
  }),
  DIGEST_QUIET_SECONDS: Type.Integer({
    minimum: 1,
    maximum: 3_600,
    default: 60,
    description:
      'A digest of mails above MAILS_PER_RECIPIENT_AND_DAY leaves once nothing joined it for so long, and after 15 times as long in any case',
  }),
  DIGEST_EVERY_MINUTES: Type.Integer({
    minimum: 0,
    maximum: 1_440,
    default: 60,
    description: 'Least time between two digests to one recipient',
  }),
  APPOINTMENT_MAILS_ENABLED: Type.Boolean({
    default: true,
    description: 'Whether patients are told of visits that were booked, moved or called off',
  }),
  ARTIFACTS_DIR: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Where finished files stand; without it, a mail that is to carry one fails',
    }),
  ),
  ATTACHMENT_LIMIT_MB: Type.Integer({
    minimum: 1,
    maximum: 25,
    default: 5,
    description: 'A larger report is linked and not attached',
  }),
  DKIM_DOMAIN: Type.Optional(Type.String({ minLength: 1, description: 'Domain that signs mails (DKIM)' })),
  DKIM_SELECTOR: Type.Optional(Type.String({ minLength: 1, description: 'Name of its key' })),
  DKIM_PRIVATE_KEY: Type.Optional(
    Type.String({ minLength: 1, description: 'The key, PEM; usually by DKIM_PRIVATE_KEY_FILE' }),
  ),
  ...opsVariables(9104),
}

/** What the environment says, with what is written in one variable read. */
export function loadConfig(environment: Environment) {
  const config = readConfig(variables, environment)
  const [sender, domainRates] = [
    readSender(config.MAIL_FROM),
    readDomainRates(config.SMTP_DOMAIN_RATE_LIMITS),
  ]
  const { DKIM_DOMAIN: domainName, DKIM_SELECTOR: keySelector, DKIM_PRIVATE_KEY: privateKey } = config
  const signs = [domainName, keySelector, privateKey].filter((part) => part !== undefined).length
  const mistakes = [
    ...(sender ? [] : ['MAIL_FROM must be one address, or a name and one address in angle brackets']),
    ...(domainRates ? [] : ['SMTP_DOMAIN_RATE_LIMITS must be like example.test=10, *=50']),
    ...(signs === 0 || signs === 3 ? [] : ['DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY go together']),
  ]
  if (!sender || !domainRates || mistakes.length > 0) throw new ConfigError(mistakes)
  const dkim =
    domainName !== undefined && keySelector !== undefined && privateKey !== undefined
      ? { domainName, keySelector, privateKey }
      : undefined
  return { ...config, sender, domainRates, dkim }
}

export type MailerConfig = ReturnType<typeof loadConfig>
