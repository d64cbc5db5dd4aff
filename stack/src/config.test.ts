import { expect, it } from 'vitest'
import { loadConfig } from './config.ts'

it('refuses a zone that the services would refuse, in one sentence, before anything is started', () => {
  expect(() => loadConfig({ HOSPITAL_ZONE: 'IST' })).toThrow(
    'configuration: HOSPITAL_ZONE is not an IANA zone. Did you mean Asia/Kolkata?',
  )
  expect(loadConfig({ HOSPITAL_ZONE: 'Europe/Lisbon' }).HOSPITAL_ZONE).toBe('Europe/Lisbon')
})
