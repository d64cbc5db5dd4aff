import { ConfigError, type Environment, readConfig } from '@rounds/service-kit'
import { Type } from 'typebox'

export const variables = {
  NATS_URL: Type.String({ format: 'uri', description: 'Where the event stream lives' }),
  NATS_PASSWORD: Type.String({ minLength: 1, description: 'Of the NATS user `reports`' }),
  MONGO_URL: Type.String({ format: 'uri', description: 'Database, with the MongoDB user `reports`' }),
  ARTIFACTS_DIR: Type.String({
    minLength: 1,
    description: 'Where finished files stand; the gateway reads the same',
  }),
  EXPORT_CONCURRENCY: Type.Integer({
    minimum: 1,
    maximum: 16,
    default: 2,
    description: 'Reports written at once',
  }),
  EXPORT_KEEP_DAYS: Type.Integer({
    minimum: 1,
    maximum: 365,
    default: 7,
    description: 'Days until a file is deleted',
  }),
  HOSPITAL_ZONE: Type.String({ default: 'Asia/Kolkata', description: 'IANA zone that dates are written in' }),
  OPS_HOST: Type.String({ default: '127.0.0.1', description: 'Where health and metrics are answered' }),
  OPS_PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 9102,
    description: 'Port of health and metrics',
  }),
  LOG_LEVEL: Type.Union(
    [
      Type.Literal('debug'),
      Type.Literal('info'),
      Type.Literal('warn'),
      Type.Literal('error'),
      Type.Literal('silent'),
    ],
    { default: 'info', description: 'From which level on lines are written' },
  ),
}

export function loadConfig(environment: Environment) {
  const config = readConfig(variables, environment)
  if (!isZone(config.HOSPITAL_ZONE))
    throw new ConfigError(['HOSPITAL_ZONE is not an IANA zone such as Asia/Kolkata'])
  return config
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format() !== ''
  } catch {
    return false
  }
}
