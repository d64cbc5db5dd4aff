import {
  ConfigError,
  type Environment,
  mongoUrl,
  natsUrl,
  opsVariables,
  readConfig,
  secret,
} from '@rounds/service'
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
  NATS_REPLICAS: Type.Integer({
    minimum: 1,
    maximum: 5,
    default: 1,
    description:
      'On how many servers of a NATS cluster each stream is kept; 3 where there are three. What other systems say is kept on one',
  }),
  PROVISION_EVERY_SECONDS: Type.Integer({
    minimum: 1,
    default: 5,
    description: 'How often the broker is looked at',
  }),
  ...opsVariables(9103),
}

export const loadConfig = (environment: Environment) => readConfig(variables, environment)

/** The passwords that services sign in to MongoDB with; every one is needed by who makes the users. */
export function mongoPasswords(config: Readonly<Record<string, unknown>>): Record<string, string> {
  const passwords = mongoUsers.map((service) => [service, config[passwordVariable(service)]] as const)
  const missing = passwords.filter(([, password]) => typeof password !== 'string')
  if (missing.length > 0) {
    throw new ConfigError(
      missing.map(([service]) => `${passwordVariable(service)} is needed with MONGO_ADMIN_URL`),
    )
  }
  return Object.fromEntries(passwords) as Record<string, string>
}
