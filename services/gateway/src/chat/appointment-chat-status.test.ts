import { describe, expect, it } from 'vitest'
import { chatTold } from './appointment-chat-status.ts'
import type { KeptPost } from './posts.ts'

const at = new Date('2026-03-01T05:12:00Z')

function post(
  state: string,
  kind?: NonNullable<KeptPost['outcome']>['kind'],
  version = 2,
  spaceId = 'heart',
): KeptPost {
  return {
    _id: `${spaceId}-${version}`,
    state,
    fence: 1,
    attempts: 1,
    acceptedAt: at,
    input: {
      spaceId,
      kind: 'news',
      news: 'appointment.checked',
      appointmentId: 'a',
      appointmentVersion: version,
      at,
      cause: { correlationid: 'trace' },
    },
    ...(kind ? { outcome: { kind, ...(kind === 'posted' ? { postedAt: at } : {}) } } : {}),
  }
}

describe('what an appointment says of chat', () => {
  it.each<[string, KeptPost[], string | undefined]>([
    ['nothing where no space hears of it', [], undefined],
    ['that it was sent', [post('done', 'posted')], 'sent'],
    [
      'that it was sent, while another space waits',
      [post('waiting'), post('done', 'posted', 2, 'eyes')],
      'sent',
    ],
    ['that it waits', [post('waiting'), post('failed', 'failed', 2, 'eyes')], 'waiting'],
    ['that its space is stopped', [post('waiting', undefined, 2, 'gone')], 'stopped'],
    ['that nobody knows', [post('in doubt', 'in doubt'), post('waiting', undefined, 2, 'eyes')], 'in doubt'],
    ['that it was not sent', [post('done', 'stale'), post('failed', 'failed')], 'not sent'],
    ['the latest change only', [post('waiting', undefined, 3), post('done', 'posted', 2)], 'waiting'],
  ])('is %s', (_, posts, word) => {
    expect(chatTold(posts, new Set(['gone']))?.word).toBe(word)
  })

  it('has the moment of the last message', () => {
    expect(chatTold([post('done', 'posted')], new Set())).toEqual({
      word: 'sent',
      at: at.toISOString(),
      news: 'appointment.checked',
    })
  })
})
