import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { mongoUrl, natsUrl, opsVariables, zone } from './variables.ts'

describe('variables that processes share', () => {
  const variables = {
    NATS_URL: natsUrl(),
    MONGO_URL: mongoUrl('The database'),
    HOSPITAL_ZONE: zone('Where dates are written'),
    ...opsVariables(9100),
  }
  const good = { NATS_URL: 'nats://127.0.0.1:4222', MONGO_URL: 'mongodb://127.0.0.1/rounds' }
  const read = (environment: Record<string, string>) => () =>
    readConfig(variables, { ...good, ...environment })

  it.each([
    ['NATS_URL', 'nats://one:4222,nats://two:4222'],
    ['NATS_URL', 'tls://one.example.test'],
    ['MONGO_URL', 'mongodb://gateway:p@one:27017,two:27017,three:27017/rounds?replicaSet=rs0'],
    ['MONGO_URL', 'mongodb+srv://cluster.example.test/rounds'],
    ['HOSPITAL_ZONE', 'America/Argentina/Ushuaia'],
  ])('take for %s %s', (name, text) => {
    expect(read({ [name]: text })()).toMatchObject({ [name]: text })
  })

  it.each([
    ['NATS_URL', 'one:4222', 'NATS_URL must be an address like nats://host:port, or several by commas'],
    ['NATS_URL', 'http://one', 'NATS_URL must be an address like nats://host:port, or several by commas'],
    ['MONGO_URL', 'mongodb://one', 'MONGO_URL must be an address like mongodb://host:port/database'],
    ['HOSPITAL_ZONE', 'Asia/Calcuta', 'HOSPITAL_ZONE is not an IANA zone such as Asia/Kolkata'],
    ['HOSPITAL_ZONE', '+05:30', 'HOSPITAL_ZONE is not an IANA zone. Did you mean Asia/Kolkata?'],
    // Intl knows it, and everything that computes with it later throws.
    ['HOSPITAL_ZONE', 'IST', 'HOSPITAL_ZONE is not an IANA zone. Did you mean Asia/Kolkata?'],
    ['OPS_PORT', '70000', 'OPS_PORT must be <= 65535'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL must be one of debug, info, warn, error, silent'],
  ])('refuse for %s %s, and say what is wanted', (name, text, sentence) => {
    expect(read({ [name]: text })).toThrow(`configuration: ${sentence}`)
  })
})
