import { expect, it } from 'vitest'
import { serverSentEvents } from './follow-job.ts'

it('reads server-sent events however the network cut them', async () => {
  const text =
    'retry: 1000\n\n: beat\n\nevent: job\nid: 7\ndata: {"a":\ndata: "é"}\n\nevent: bye\ndata: {}\n\nevent: cut'
  const bytes = new TextEncoder().encode(text)
  for (const size of [1, 2, 7, 1_000]) {
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    }
    expect(await Array.fromAsync(serverSentEvents(pieces()))).toEqual([
      { event: 'job', data: '{"a":\n"é"}' },
      { event: 'bye', data: '{}' },
    ])
  }
})
