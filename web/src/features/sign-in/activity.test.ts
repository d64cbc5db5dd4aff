import { describe, expect, it } from 'vitest'
import { ActivityReporter } from './activity.ts'

describe('activity of a person', () => {
  it('is reported at once, and then at most once a minute', () => {
    const { reporter, wait, reported } = setUp()
    for (let second = 0; second < 150; second++) {
      reporter.noticed()
      wait(1_000)
    }
    expect(reported).toEqual([0, 60_000, 120_000])
  })

  it('is reported to its end: what was typed since the last report is not forgotten', () => {
    const { reporter, wait, reported } = setUp()
    reporter.noticed()
    wait(20_000)
    reporter.noticed()
    wait(600_000)
    expect(reported).toEqual([0, 60_000])
  })

  it('is not reported while nobody does anything', () => {
    const { wait, reported } = setUp()
    wait(3_600_000)
    expect(reported).toEqual([])
  })

  it('is reported no more once somebody else watches', () => {
    const { reporter, wait, reported } = setUp()
    reporter.noticed()
    reporter.noticed()
    reporter.stop()
    wait(600_000)
    expect(reported).toEqual([0])
  })
})

function setUp() {
  let at = 0
  let timer: { readonly run: () => void; readonly due: number } | undefined
  const reported: number[] = []
  const reporter = new ActivityReporter({
    report: () => void reported.push(at),
    now: () => at,
    later(run, ms) {
      timer = { run, due: at + ms }
      return () => {
        timer = undefined
      }
    },
  })
  const wait = (ms: number) => {
    const until = at + ms
    if (timer && timer.due <= until) {
      const { run, due } = timer
      at = due
      timer = undefined
      run()
    }
    at = until
  }
  return { reporter, wait, reported }
}
