import { type Environment, mongoUrl, natsUrl, opsVariables, readConfig, secret, zone } from '@rounds/service'
import { Type } from 'typebox'

export const variables = {
  NATS_URL: natsUrl(),
  NATS_PASSWORD: secret('Password of the NATS user `reports`'),
  MONGO_URL: mongoUrl('Database, with the MongoDB user `reports`'),
  ARTIFACTS_DIR: Type.String({
    minLength: 1,
    description: 'Where finished files stand; the gateway reads the same',
  }),
  EXPORT_CONCURRENCY: Type.Integer({
    minimum: 1,
    maximum: 16,
    default: 2,
    description: 'Reports that one process writes at once',
  }),
  EXPORTS_PER_MACHINE: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 64,
      description:
        'Reports written at once by all processes of one machine that share ARTIFACTS_DIR; half as many as it has processors unless said',
    }),
  ),
  EXPORT_KEEP_DAYS: Type.Integer({
    minimum: 1,
    maximum: 365,
    default: 7,
    description: 'Days until a file is deleted',
  }),
  HOSPITAL_ZONE: zone('IANA zone that dates are written in'),
  ...opsVariables(9102),
}

export const loadConfig = (environment: Environment) => readConfig(variables, environment)

export type ReportsConfig = ReturnType<typeof loadConfig>

/** An export keeps its reader, its encoder and the database busy: two processors. More at once end no sooner, and the page waits. */
export const exportsAtOnce = (processors: number) => Math.max(1, Math.floor(processors / 2))
