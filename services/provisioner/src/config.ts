import { type Environment, mongoUrl, natsUrl, opsVariables, readConfig, secret } from '@rounds/service-kit'
import { Type } from 'typebox'
import { mongoUsers } from './mongo-rights.ts'

const passwordVariable = (service: string) => `MONGO_${service.toUpperCase().replaceAll('-', '_')}_PASSWORD`

export const variables = {
  NATS_URL: natsUrl(),
  NATS_PASSWORD: secret('Password of the NATS user `provisioner`'),
  NATS_MONITOR_URL: Type.String({
    minLength: 1,
    description: 'NATS monitoring, which tells whether it syncs always; several by commas',
  }),
  MONGO_ADMIN_URL: Type.Optional(
    mongoUrl('MongoDB as an administrator, to make one user per service; without it none is made'),
  ),
  ...Object.fromEntries(
    mongoUsers.map((service) => [
      passwordVariable(service),
      Type.Optional(secret(`Password to give the MongoDB user \`${service}\``)),
    ]),
  ),
  PROVISION_EVERY_SECONDS: Type.Integer({
    minimum: 1,
    default: 10,
    description: 'How often the broker is looked at',
  }),
  ...opsVariables(9103),
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
