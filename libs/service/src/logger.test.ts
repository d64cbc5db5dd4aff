import { OperatorError } from '@rounds/kernel'
import { describe, expect, it } from 'vitest'
import { logger } from './logger.ts'

describe('a log line', () => {
  it('says who, when, how bad, what', () => {
    const { log, lines } = setUp()
    log.info({ rows: 3, reportId: 'r1' }, 'file written')
    expect(lines()).toEqual([
      {
        level: 30,
        time: expect.stringMatching(/Z$/),
        service: 'reports',
        rows: 3,
        reportId: 'r1',
        msg: 'file written',
      },
    ])
  })

  it('drops what is not on the list, and names only the name of it', () => {
    const { log, text, lines } = setUp()
    // Such a field does not compile; one that comes from elsewhere is dropped.
    const fields: object = { patient: 'Ada Rao', rows: 3 }
    log.warn(fields, 'here')
    expect(text()).not.toContain('Rao')
    expect(lines()).toMatchObject([{ rows: 3, dropped: ['patient'] }])
  })

  it('drops an object even under a listed name', () => {
    const { log, text } = setUp()
    log.info({ reason: { quoted: 'Ada Rao' }, type: ['a', { name: 'Ada Rao' }] }, 'here')
    expect(text()).not.toContain('Rao')
  })

  it('takes credentials out of addresses', () => {
    const { log, lines } = setUp()
    log.info({ url: 'mongodb://reports:pCanary@127.0.0.1:27017/rounds' }, 'connected')
    expect(lines()).toMatchObject([{ url: 'mongodb://127.0.0.1:27017/rounds' }])
  })

  it('describes an error by class, code and place, without what it quotes', () => {
    const { log, text, lines } = setUp()
    const cause = new Error('E11000 duplicate key { mail: "ada@example.test" }')
    log.error({ error: Object.assign(new Error('for Ada Rao', { cause }), { code: 'X1' }) }, 'failed')
    expect(text()).not.toMatch(/ada/i)
    expect(lines()).toMatchObject([
      {
        error: {
          name: 'Error',
          code: 'X1',
          at: expect.arrayContaining([expect.stringContaining('logger.test.ts')]),
          cause: { name: 'Error' },
        },
      },
    ])
  })

  it('leaves no message behind when a stack quotes it over several lines', () => {
    const { log, text } = setUp()
    log.error({ error: new Error('first\n    at Ada Rao (ward.ts:1:1)\nlast') }, 'failed')
    expect(text()).not.toContain('Rao')
  })

  it('keeps messages that are ours or the system’s', () => {
    const { log, lines } = setUp()
    log.error({ error: new OperatorError('port 80 is taken') }, 'failed')
    log.error(
      {
        error: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:4222'), {
          code: 'ECONNREFUSED',
          syscall: 'connect',
        }),
      },
      'failed',
    )
    log.error({ error: new TypeError("Cannot read properties of undefined (reading 'id')") }, 'failed')
    expect(lines().map(({ error }) => error.message)).toEqual([
      'port 80 is taken',
      'connect ECONNREFUSED 127.0.0.1:4222',
      "Cannot read properties of undefined (reading 'id')",
    ])
  })

  it('describes even what is not an error', () => {
    const { log, lines } = setUp()
    log.error({ error: 'Ada Rao' }, 'failed')
    log.error({ error: 'LostClaimError' }, 'failed')
    expect(lines()).toMatchObject([
      { error: { name: 'a thrown string' } },
      { error: { name: 'LostClaimError' } },
    ])
  })

  it('is not written below the level', () => {
    const { log, text } = setUp()
    log.debug({}, 'small talk')
    expect(text()).toBe('')
  })
})

function setUp() {
  let written = ''
  const log = logger('reports', 'info', {
    write(text) {
      written += text
    },
  })
  return {
    log,
    text: () => written,
    lines: () =>
      written
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
  }
}
