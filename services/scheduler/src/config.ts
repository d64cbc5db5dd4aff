import { type Environment, mongoUrl, natsUrl, opsVariables, readConfig, secret } from '@rounds/service'

export const variables = {
  NATS_URL: natsUrl(),
  NATS_PASSWORD: secret('Password of the NATS user `scheduler`'),
  MONGO_URL: mongoUrl('Database, with the MongoDB user `scheduler`'),
  ...opsVariables(9105),
}

export const loadConfig = (environment: Environment) => readConfig(variables, environment)
