import {
  type Environment,
  mongoUrl,
  natsUrl,
  opsVariables,
  readConfig,
  secret,
  zone,
} from '@rounds/service-kit'

export const variables = {
  NATS_URL: natsUrl(),
  NATS_PASSWORD: secret('Password of the NATS user `mailer`'),
  MONGO_URL: mongoUrl('Database, with the MongoDB user `mailer`'),
  HOSPITAL_ZONE: zone('IANA zone of the hospital’s days'),
  ...opsVariables(9104),
}

export const loadConfig = (environment: Environment) => readConfig(variables, environment)
