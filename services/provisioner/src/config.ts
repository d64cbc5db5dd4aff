import { type Environment, readConfig } from '@rounds/service-kit'
import { Type } from 'typebox'
import { mongoUsers } from './mongo-rights.ts'

const passwordVariable = (service: string) => `MONGO_${service.toUpperCase().replaceAll('-', '_')}_PASSWORD`

export const variables = {
  NATS_URL: Type.String({
    minLength: 1,
    description: 'Where NATS listens; several of one cluster by commas',
  }),
  NATS_PASSWORD: Type.String({ minLength: 1, description: 'Password of the NATS user `provisioner`' }),
  NATS_MONITOR_URL: Type.String({
    minLength: 1,
    description: 'NATS monitoring, which tells whether it syncs always; several by commas',
  }),
  MONGO_ADMIN_URL: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'MongoDB as an administrator, to make one user per service; without it none is made',
    }),
  ),
  ...Object.fromEntries(
    mongoUsers.map((service) => [
      passwordVariable(service),
      Type.Optional(
        Type.String({ minLength: 1, description: `Password to give the MongoDB user \`${service}\`` }),
      ),
    ]),
  ),
  PROVISION_EVERY_SECONDS: Type.Integer({
    minimum: 1,
    default: 10,
    description: 'How often the broker is looked at',
  }),
  OPS_HOST: Type.String({ default: '127.0.0.1', description: 'Where health and metrics are offered' }),
  OPS_PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 9103,
    description: 'Port of health and metrics',
  }),
  LOG_LEVEL: Type.Union(
    (['debug', 'info', 'warn', 'error', 'silent'] as const).map((level) => Type.Literal(level)),
    { default: 'info', description: 'How much is logged' },
  ),
}

export const loadConfig = (environment: Environment) => readConfig(variables, environment)

/** The passwords that services sign in to MongoDB with, by service. */
export const mongoPasswords = (config: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    mongoUsers.flatMap((service) => {
      const password = config[passwordVariable(service)]
      return typeof password === 'string' ? [[service, password] as const] : []
    }),
  )
