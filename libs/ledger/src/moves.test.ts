import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WorkState } from './ledger.ts'
import { type From, held, type Move, moves, settled, stateAfter } from './moves.ts'

const states: From[] = ['unknown', 'waiting', ...held, ...settled]

const isDecision = (from: From, move: Move) => from === 'in doubt' && move.startsWith('resolved')
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
  'resolved: done': '    .          .          .          .          .        .        done     .         .',
  'resolved: failed': '  .          .          .          .          .        .        failed   .         .',
  'resolved: cancelled': '.         .          .          .          .        .        cancelled .        .',
  'resolved: in doubt': '.          .          .          .          .        .        in_doubt .         .',
  'resolved: waiting': ' .          .          .          .          .        .        waiting  .         .',
  'restored: done': '    .          done       done       done       .        .        .        .         .',
  'restored: in doubt': '.          in_doubt   in_doubt   in_doubt   .        .        .        .         .',
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

  it('never brings settled work back, whatever is tried in whatever order, but by deciding about doubt', () => {
    const anyMove = fc.constantFrom(...(Object.keys(moves) as Move[]))
    fc.assert(
      fc.property(fc.array(fc.tuple(anyMove, fc.boolean())), (tried) => {
        let state: From = 'unknown'
        for (const [move, calledOff] of tried) {
          const next: WorkState | undefined = stateAfter(state, move, calledOff)
          if (next && isSettled(state) && !isDecision(state, move)) expect(next).toBe('expired')
          state = next ?? state
        }
      }),
    )
  })

  it('leaves nothing that is settled, but to forget its content or to decide about doubt', () => {
    const outcomes = settled.flatMap((from) =>
      (Object.keys(moves) as Move[])
        .filter((move) => !isDecision(from, move))
        .map((move) => stateAfter(from, move)),
    )
    expect(new Set(outcomes)).toEqual(new Set([undefined, 'expired']))
  })

  it('decides about doubt only', () => {
    const decisions = (Object.keys(moves) as Move[]).filter((move) => move.startsWith('resolved'))
    const from = states.filter((state) => decisions.some((move) => stateAfter(state, move)))
    expect(from).toEqual(['in doubt'])
  })
})
