import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WorkState } from './ledger.ts'
import { type From, held, type Move, moves, settled, stateAfter } from './moves.ts'

const states: From[] = ['unknown', 'waiting', ...held, ...settled]

const isSettled = (state: From) => settled.some((one) => one === state)

/** Every state, and where each move leads from there; a dot where it changes nothing. */
const expected: Record<Move, string> = {
  //                     unknown    waiting    claimed    sending    done     failed   in doubt cancelled expired
  accept: '              waiting    .          .          .          .        .        .        .         .',
  claim: '               .          claimed    .          .          .        .        .        .         .',
  intend: '              .          .          sending    sending    .        .        .        .         .',
  done: '                .          .          done       done       .        .        .        .         .',
  failed: '              .          .          failed     failed     .        .        .        .         .',
  'in doubt': '          .          .          in_doubt   in_doubt   .        .        .        .         .',
  cancelled: '           .          .          cancelled  cancelled  .        .        .        .         .',
  'put back': '          .          .          waiting    waiting    .        .        .        .         .',
  'abandoned, safe': '   .          .          waiting    waiting    .        .        .        .         .',
  'abandoned, doubtful': '.         .          waiting    in_doubt   .        .        .        .         .',
  'call off': '          cancelled  cancelled  .          .          .        .        .        .         .',
  expire: '              .          .          .          .          expired  expired  expired  expired   .',
}

describe('moves', () => {
  it.each(Object.keys(moves) as Move[])('%s leads where the table says, and nowhere else', (move) => {
    const row = states.map((from) => stateAfter(from, move)?.replace(' ', '_') ?? '.')
    expect(row).toEqual(expected[move].trim().split(/\s+/))
  })

  it('lets work that was called off wait never again', () => {
    const waiting = (Object.keys(moves) as Move[]).flatMap((move) =>
      states.map((from) => stateAfter(from, move, true)),
    )
    expect(waiting).not.toContain('waiting')
    expect(stateAfter('claimed', 'abandoned, safe', true)).toBe('cancelled')
  })

  it('lists doubt even when the work was called off: it may have happened all the same', () => {
    expect(stateAfter('sending', 'abandoned, doubtful', true)).toBe('in doubt')
  })

  it('never brings settled work back, whatever is tried in whatever order', () => {
    const anyMove = fc.constantFrom(...(Object.keys(moves) as Move[]))
    fc.assert(
      fc.property(fc.array(fc.tuple(anyMove, fc.boolean())), (tried) => {
        let state: From = 'unknown'
        for (const [move, calledOff] of tried) {
          const next: WorkState | undefined = stateAfter(state, move, calledOff)
          if (next && isSettled(state)) expect([state, next]).toEqual([expect.anything(), 'expired'])
          state = next ?? state
        }
      }),
    )
  })

  it('leaves nothing that is settled, but to forget its content', () => {
    const outcomes = settled.flatMap((from) =>
      (Object.keys(moves) as Move[]).map((move) => stateAfter(from, move)),
    )
    expect(new Set(outcomes)).toEqual(new Set([undefined, 'expired']))
  })
})
