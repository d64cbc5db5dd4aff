import { expect, it } from 'vitest'
import { exportsAtOnce, loadConfig } from './config.ts'

const needed = {
  NATS_URL: 'nats://127.0.0.1:4222',
  NATS_PASSWORD: 'secret',
  MONGO_URL: 'mongodb://127.0.0.1/rounds',
  ARTIFACTS_DIR: '/tmp/artifacts',
}

it('needs four things and has a default for the rest', () => {
  expect(loadConfig(needed)).toMatchObject({
    EXPORT_CONCURRENCY: 2,
    EXPORT_KEEP_DAYS: 7,
    HOSPITAL_ZONE: 'Asia/Kolkata',
  })
})

it.each([
  [1, 1],
  [2, 1],
  [3, 1],
  [8, 4],
])(
  'writes, on a machine with %i processors, %i reports at once unless told otherwise',
  (processors, reports) => {
    expect(exportsAtOnce(processors)).toBe(reports)
  },
)

it('tells all that is missing at once, and no value', () => {
  expect(() => loadConfig({ NATS_PASSWORD: 'secret', EXPORT_CONCURRENCY: 'many' })).toThrow(
    /^(?!.*secret)(?=.*NATS_URL)(?=.*MONGO_URL)(?=.*ARTIFACTS_DIR)(?=.*EXPORT_CONCURRENCY)/,
  )
})

it('refuses a zone that does not exist', () => {
  expect(() => loadConfig({ ...needed, HOSPITAL_ZONE: 'Asia/Atlantis' })).toThrow('HOSPITAL_ZONE')
})
