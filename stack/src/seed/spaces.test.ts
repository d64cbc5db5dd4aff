import { webhookKeyring } from '@rounds/chat'
import { expect, it } from 'vitest'
import { seededHospital } from './hospital.ts'
import { seededSpaces } from './spaces.ts'

const sink = {
  url: 'http://127.0.0.1:8090',
  webhook: (space: string) => `http://127.0.0.1:8090/v1/spaces/${space}/messages?key=k&token=t`,
}
const keyring = webhookKeyring(`k1:${Buffer.alloc(32, 1).toString('base64')}`)

it('seeds chat spaces that lead to the sink and hear of people who are there', () => {
  const spaces = seededSpaces(sink, keyring, new Date('2026-03-18T00:00:00Z'))
  for (const { _id, webhook } of spaces)
    expect(keyring.open(_id, webhook)).toMatch(/^http:\/\/127\.0\.0\.1:8090\/v1\/spaces\/demo-/)

  const { departments, people } = seededHospital({ anchor: '2026-03-18', appointments: 100 })
  const known = new Set([...departments, ...people].map(({ _id }) => _id))
  const named = spaces.flatMap(({ rules }) => rules.flatMap((rule) => [rule.departmentId, rule.doctorId]))
  for (const id of named) if (id !== undefined) expect(known).toContain(id)
})
