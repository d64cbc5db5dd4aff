import { Type } from 'typebox'

const password = (of: string) =>
  Type.String({ minLength: 1, description: `${of}; begins with a letter, then letters and digits` })

/** What docker-compose.yml takes from `.env`; `npm run check` compares the names with the file. */
export const composeVariables = {
  PUBLIC_URL: Type.String({ default: 'http://localhost:8080', description: 'Where people reach the page' }),
  PUBLIC_NATS_URL: Type.String({
    default: 'nats://localhost:4222',
    description: 'Where other systems reach the broker, separated by commas; `/asyncapi.json` says so',
  }),
  TRUST_PROXY: Type.String({
    default: '',
    description: 'Proxies before the gateway whose X-Forwarded-For is believed, such as 172.16.0.0/12',
  }),
  NATS_REPLICAS: Type.String({
    default: '1',
    description: 'On how many servers of a NATS cluster each stream is kept; 3 where there are three',
  }),
  OPEN_JOBS_PER_PERSON: Type.String({
    default: '20',
    description: 'Reports of one person that may be queued or running at once',
  }),
  REQUESTS_PER_MINUTE: Type.String({
    default: '3000',
    description: 'Requests of one person, token or system that one gateway answers',
  }),
  EVENTS_PER_MINUTE: Type.String({
    default: '12000',
    description: 'Events of one external system that one gateway takes',
  }),
  VISIT_MINUTES_LIMIT: Type.String({
    default: '240',
    description: 'Longest visit that may be booked, in minutes',
  }),
  OPEN_VISITS_PER_PATIENT: Type.String({
    default: '10',
    description: 'Visits to come that a patient may have booked for themself',
  }),
  OPEN_VISITS_PER_PATIENT_AND_DOCTOR: Type.String({
    default: '5',
    description: 'The same with one doctor',
  }),
  MAILS_PER_RECIPIENT_AND_DAY: Type.String({
    default: '10',
    description:
      'Mails of every kind that one mailbox gets within 24 hours; above it mails about visits are merged, others wait',
  }),
  SECURITY_MAILS_PER_RECIPIENT_AND_DAY: Type.String({
    default: '20',
    description: 'Sign-in links and the like that one mailbox gets within 24 hours',
  }),
  DIGEST_QUIET_SECONDS: Type.String({
    default: '60',
    description: 'A digest leaves once nothing joined it for so long, and after 15 times as long in any case',
  }),
  DIGEST_EVERY_MINUTES: Type.String({
    default: '60',
    description: 'Least time between two digests to one recipient',
  }),
  MAIL_FROM: Type.String({
    default: 'Rounds <care@hospital.example>',
    description: 'Sender of every mail',
  }),
  LINK_SIGNING_KEY: Type.String({
    minLength: 32,
    description: 'Makes delivery keys and unsubscribe links; keep it for ever',
  }),
  AUDIT_SIGNING_KEY: Type.String({
    minLength: 32,
    description:
      'Signs the audit (`openssl rand -base64 32`); several by commas: the first signs, all verify',
  }),
  WEBHOOK_ENCRYPTION_KEYS: Type.String({
    minLength: 1,
    description:
      'Keys that seal chat webhooks, like k1:<base64> of 32 random bytes (`openssl rand -base64 32`)',
  }),
  NATS_PROVISIONER_PASSWORD: password('NATS user provisioner'),
  NATS_AUDITOR_PASSWORD: password('NATS user auditor, by which the audit is verified'),
  NATS_GATEWAY_PASSWORD: password('NATS user gateway'),
  NATS_REPORTS_PASSWORD: password('NATS user reports'),
  NATS_MAILER_PASSWORD: password('NATS user mailer'),
  NATS_CHAT_NOTIFIER_PASSWORD: password('NATS user chat-notifier'),
  NATS_SCHEDULER_PASSWORD: password('NATS user scheduler'),
  MONGO_ADMIN_PASSWORD: password('MongoDB administrator'),
  MONGO_REPLICA_KEY: Type.String({
    minLength: 6,
    description: 'What the members of the MongoDB set know each other by',
  }),
  MONGO_GATEWAY_PASSWORD: password('MongoDB user gateway'),
  MONGO_REPORTS_PASSWORD: password('MongoDB user reports'),
  MONGO_MAILER_PASSWORD: password('MongoDB user mailer'),
  MONGO_CHAT_NOTIFIER_PASSWORD: password('MongoDB user chat-notifier'),
  MONGO_SCHEDULER_PASSWORD: password('MongoDB user scheduler'),
}

/** The names that a compose file takes from its environment. */
export function composeNames(composeFile: string): Set<string> {
  return new Set(Array.from(composeFile.matchAll(/\$\{([A-Z_]+)/g), ([, name = '']) => name))
}
