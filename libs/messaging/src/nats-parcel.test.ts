import { headers } from '@nats-io/transport-node'
import { describe, expect, it } from 'vitest'
import { natsHeaders, parcelOf } from './nats-parcel.ts'

describe('a parcel', () => {
  it('is made of any message, also of one whose headers are none', () => {
    const broken = {
      subject: 'hospital.report.started',
      data: new Uint8Array([1]),
      get headers(): never {
        throw new TypeError('invalid header')
      },
    }
    expect(parcelOf(broken)).toEqual({ subject: broken.subject, headers: {}, body: broken.data })
  })

  it('is repeated without what no client may write', () => {
    const written = natsHeaders({
      subject: 's',
      body: new Uint8Array(),
      headers: { 'ce-id': 'e-1', 'bad name': 'x', 'ce-type': 'report.started' },
    })
    const expected = headers()
    expected.set('ce-id', 'e-1')
    expected.set('ce-type', 'report.started')
    expect([...written]).toEqual([...expected])
  })
})
