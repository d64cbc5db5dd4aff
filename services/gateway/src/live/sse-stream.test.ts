import { describe, expect, it } from 'vitest'
import { eventStream } from './sse-stream.ts'

describe('a stream of server-sent events', () => {
  it('asks browsers not to come back all at once', () => {
    expect(String(eventStream(() => 0.5).body.read())).toBe('retry: 3000\n\n')
  })

  it('writes each message on lines of its own', () => {
    const stream = eventStream()
    stream.body.read()
    stream.say({ event: 'job', id: 'job-1:2', data: { text: 'a\nb' } })
    stream.beat()

    expect(String(stream.body.read())).toBe('id: job-1:2\nevent: job\ndata: {"text":"a\\nb"}\n\n:\n\n')
  })

  it('cuts off a reader that is a megabyte behind, rather than remember everything for it', () => {
    const stream = eventStream()
    const data = 'x'.repeat(100_000)
    for (let count = 0; count < 20; count++) stream.say({ event: 'job', data })

    expect(stream.body.destroyed).toBe(true)
    expect(stream.body.readableLength).toBeLessThan(1_200_000)
  })

  it('says nothing after its farewell', () => {
    const stream = eventStream()
    stream.end('stopping')
    stream.say({ event: 'job', data: {} })
    stream.end('again')

    expect(String(stream.body.read()).match(/event: /g)).toHaveLength(1)
  })
})
