import { join } from 'node:path'
import type { ServiceName } from '@rounds/contracts'
import type { LocalMongo, LocalNats } from '@rounds/local-servers'
import type { Ports } from './ports.ts'

/** Where everything is that services have to be told of. */
export interface Places {
  readonly nats: Pick<LocalNats, 'url' | 'monitorUrl' | 'passwordOf'>
  readonly mongo: Pick<LocalMongo, 'url' | 'urlFor' | 'passwordOf'>
  readonly ports: Ports
  readonly dataDir: string
  readonly webDir?: string
  readonly zone: string
  readonly logLevel: string
}

/** Whoever signs in to MongoDB. */
const mongoUsers = [
  'gateway',
  'reports',
  'mailer',
  'chat-notifier',
  'scheduler',
] as const satisfies readonly ServiceName[]

/** In the order in which they are started; they are stopped in the opposite one. */
export const serviceNames = [
  'provisioner',
  'gateway',
  'reports',
  'mailer',
  'chat-notifier',
  'scheduler',
] as const satisfies readonly ServiceName[]

export const artifactsIn = (dataDir: string) => join(dataDir, 'artifacts')

const hospitalName = 'Rounds demo hospital'
/** No secret: the demo hears on this machine only. */
export const demoSecret = 'the demo hospital has no secrets to keep'
export const demoAuditKey = 'the-demo-hospital-signs-with-a-key-that-is-known'
export const demoChatKeys = `k1:${Buffer.from(demoSecret).subarray(0, 32).toString('base64')}`

/** Where chat messages go in the demo. */
const sinkUrl = (ports: Ports) => `http://127.0.0.1:${ports.CHAT_SINK_PORT}`

/** Whoever tries things out at night wants to see them at once, and again. */
const atAnyHour = { QUIET_FROM: '00:00', QUIET_UNTIL: '00:00', MAIL_FREQUENCY_CAP: '1000' }

const opsPorts = {
  provisioner: 'PROVISIONER_OPS_PORT',
  gateway: 'GATEWAY_OPS_PORT',
  reports: 'REPORTS_OPS_PORT',
  mailer: 'MAILER_OPS_PORT',
  'chat-notifier': 'CHAT_NOTIFIER_OPS_PORT',
  scheduler: 'SCHEDULER_OPS_PORT',
} as const satisfies Record<ServiceName, keyof Ports>

export const opsUrl = (service: ServiceName, ports: Ports) => `http://127.0.0.1:${ports[opsPorts[service]]}`

/** All that one service knows of the world; of passwords only its own, but for the provisioner, who sets them. */
export function environmentOf(service: ServiceName, places: Places): Record<string, string> {
  const { nats, mongo, ports } = places
  const common = {
    NATS_URL: nats.url,
    NATS_PASSWORD: nats.passwordOf(service),
    OPS_PORT: String(ports[opsPorts[service]]),
    HOSPITAL_ZONE: places.zone,
    LOG_LEVEL: places.logLevel,
  }
  switch (service) {
    case 'provisioner':
      return {
        ...common,
        NATS_MONITOR_URL: nats.monitorUrl,
        MONGO_ADMIN_URL: mongo.url,
        ...Object.fromEntries(
          mongoUsers.map((user) => [
            `MONGO_${user.toUpperCase().replaceAll('-', '_')}_PASSWORD`,
            mongo.passwordOf(user),
          ]),
        ),
      }
    case 'gateway':
      return {
        ...common,
        MONGO_URL: mongo.urlFor(service),
        HTTP_PORT: String(ports.HTTP_PORT),
        PUBLIC_URL: `http://localhost:${ports.HTTP_PORT}`,
        PUBLIC_NATS_URL: nats.url,
        HOSPITAL_NAME: hospitalName,
        DEMO: 'true',
        ...atAnyHour,
        LINK_SIGNING_KEY: demoSecret,
        WEBHOOK_ENCRYPTION_KEYS: demoChatKeys,
        AUDIT_SIGNING_KEY: demoAuditKey,
        CHAT_SINK_URL: sinkUrl(ports),
        ARTIFACTS_DIR: artifactsIn(places.dataDir),
        ...(places.webDir === undefined ? {} : { WEB_DIR: places.webDir }),
      }
    case 'reports':
      return { ...common, MONGO_URL: mongo.urlFor(service), ARTIFACTS_DIR: artifactsIn(places.dataDir) }
    case 'mailer':
      return {
        ...common,
        MONGO_URL: mongo.urlFor(service),
        SMTP_URL: `smtp://127.0.0.1:${ports.MAIL_SMTP_PORT}`,
        // The catcher is on this machine, and has no certificate.
        SMTP_TLS: 'never',
        MAIL_FROM: `${hospitalName} <care@example.test>`,
        LINK_SIGNING_KEY: demoSecret,
        PUBLIC_URL: `http://localhost:${ports.HTTP_PORT}`,
        HOSPITAL_NAME: hospitalName,
        ARTIFACTS_DIR: artifactsIn(places.dataDir),
        ...atAnyHour,
      }
    case 'chat-notifier':
      return {
        ...common,
        MONGO_URL: mongo.urlFor(service),
        WEBHOOK_ENCRYPTION_KEYS: demoChatKeys,
        CHAT_SINK_URL: sinkUrl(ports),
        PUBLIC_URL: `http://localhost:${ports.HTTP_PORT}`,
        HOSPITAL_NAME: hospitalName,
      }
    case 'scheduler':
      return { ...common, MONGO_URL: mongo.urlFor(service) }
    default:
      return service satisfies never
  }
}
