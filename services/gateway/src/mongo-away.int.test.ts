import { startMongo } from '@rounds/local-servers'
import { expect, it } from 'vitest'
import { createTestServer } from '../test/open-door.ts'

it('answers 503 with Retry-After while MongoDB is away, and as before once it is back', async () => {
  const mongo = await startMongo()
  const door = await createTestServer(mongo.url)
  try {
    const asha = await door.as('asha')
    expect((await asha('GET', '/v1/appointments')).status).toBe(200)

    await mongo.kill()
    for (const [method, url, body] of [
      ['GET', '/v1/appointments', undefined],
      ['POST', '/v1/session', { login: 'asha@example.test', password: 'x' }],
    ] as const) {
      const answer = await asha(method, url, body)
      expect([answer.status, answer.headers['retry-after'], answer.body.code]).toEqual([
        503,
        '5',
        'DATABASE_UNAVAILABLE',
      ])
    }

    await mongo.restart()
    await expect
      .poll(async () => (await asha('GET', '/v1/appointments')).status, { timeout: 20_000 })
      .toBe(200)
  } finally {
    await door.close()
    await mongo.stop()
  }
})
