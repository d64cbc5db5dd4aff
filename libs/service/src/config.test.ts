import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from 'typebox'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError, configTable, envExample, readConfig } from './config.ts'

const variables = {
  NATS_URL: Type.String({ format: 'uri', description: 'Where the event stream lives' }),
  HTTP_PORT: Type.Integer({ minimum: 1, maximum: 65_535, default: 8080, description: 'Where to listen' }),
  DEMO: Type.Boolean({ default: false, description: 'Invented people' }),
  LOG_LEVEL: Type.Union([Type.Literal('info'), Type.Literal('debug')], {
    default: 'info',
    description: 'How much',
  }),
  WEB_DIR: Type.Optional(Type.String({ description: 'The built pages' })),
}

describe('configuration', () => {
  const dir = mkdtempSync(join(tmpdir(), 'rounds-config-'))
  afterAll(() => rmSync(dir, { recursive: true }))

  const read = (environment: Record<string, string>) =>
    readConfig(variables, { NATS_URL: 'nats://127.0.0.1:4222', ...environment })
  const mistakesOf = (environment: Record<string, string>) => {
    try {
      read(environment)
      return []
    } catch (fault) {
      return (fault as ConfigError).mistakes
    }
  }
  const fileWith = (text: string) => {
    const path = join(dir, 'secret')
    writeFileSync(path, text)
    return path
  }

  it('is typed, with defaults for what is not said', () => {
    expect(read({ HTTP_PORT: '9000', DEMO: 'true' })).toEqual({
      NATS_URL: 'nats://127.0.0.1:4222',
      HTTP_PORT: 9000,
      DEMO: true,
      LOG_LEVEL: 'info',
    })
  })

  it('takes an empty text for missing', () => {
    expect(read({ HTTP_PORT: '', WEB_DIR: '' })).toMatchObject({ HTTP_PORT: 8080 })
    expect(mistakesOf({ NATS_URL: '' })).toEqual(['NATS_URL is missing (Where the event stream lives)'])
  })

  it('lists everything wrong at once', () => {
    expect(mistakesOf({ NATS_URL: '', HTTP_PORT: '99999', DEMO: 'perhaps', LOG_LEVEL: 'loud' })).toEqual([
      'NATS_URL is missing (Where the event stream lives)',
      'HTTP_PORT must be <= 65535',
      'DEMO must be true or false',
      'LOG_LEVEL must be one of info, debug',
    ])
  })

  it.each(['1.5', '12abc', '0x10', '1e3', ' 7', 'NaN', '99999999999999999999'])(
    'does not guess a whole number from %j',
    (text) => {
      expect(mistakesOf({ HTTP_PORT: text })).toEqual(['HTTP_PORT must be a whole number'])
    },
  )

  it.each(['yes', '2', 'TRUE'])('does not guess yes or no from %j', (text) => {
    expect(mistakesOf({ DEMO: text })).toEqual(['DEMO must be true or false'])
  })

  it('never prints a value', () => {
    const secret = 'pCanary'
    const fault = () => read({ NATS_URL: secret, HTTP_PORT: secret, DEMO: secret, LOG_LEVEL: secret })
    expect(fault).toThrow(ConfigError)
    expect(fault).not.toThrow(secret)
  })

  it('is one line, whatever is wrong', () => {
    expect(new ConfigError(['A is missing', 'B must be true or false']).message).toBe(
      'configuration: A is missing; B must be true or false',
    )
  })

  it('reads a secret from the file that NAME_FILE names, without the line end', () => {
    expect(read({ NATS_URL: '', NATS_URL_FILE: fileWith('nats://other:4222\n') })).toMatchObject({
      NATS_URL: 'nats://other:4222',
    })
  })

  it('refuses a value and a file for the same name, also where they agree', () => {
    expect(mistakesOf({ NATS_URL_FILE: fileWith('nats://127.0.0.1:4222') })).toEqual([
      'NATS_URL and NATS_URL_FILE are both set: keep one',
    ])
  })

  it('says which file cannot be read, by the name of its variable', () => {
    expect(mistakesOf({ NATS_URL: '', NATS_URL_FILE: '/nowhere/pCanary' })).toEqual([
      'NATS_URL_FILE names a file that cannot be read',
    ])
  })

  it('ignores variables that are not ours', () => {
    expect(read({ PATH: '/bin' })).not.toHaveProperty('PATH')
  })
})

describe('the documentation of variables', () => {
  it('is a table', () => {
    expect(configTable(variables).split('\n').slice(2)).toEqual([
      '| `NATS_URL` | uri | needed | Where the event stream lives |',
      '| `HTTP_PORT` | integer | `8080` | Where to listen |',
      '| `DEMO` | boolean | `false` | Invented people |',
      '| `LOG_LEVEL` | info, debug | `info` | How much |',
      '| `WEB_DIR` | string |  | The built pages |',
      '',
    ])
  })

  it('is an .env file whose needed lines wait to be filled', () => {
    expect(envExample(variables)).toContain('# Where the event stream lives\nNATS_URL=\n')
    expect(envExample(variables)).toContain('# Where to listen\n# HTTP_PORT=8080\n')
  })
})
