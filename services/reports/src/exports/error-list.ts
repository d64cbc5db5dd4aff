import { guarded, quoted } from '@rounds/service'
import type { SetAside } from '../csv/index.ts'

/**
 * What could not be written, as a CSV file of its own: which appointment, which column, why. Never the value: it is
 * personal, and it is what broke the row.
 */
export function errorList() {
  let count = 0
  let text = ''
  return {
    add(more: readonly SetAside[]) {
      for (const { id, column, reason } of more) {
        if (count++ === 0) text = 'appointment,column,reason\r\n'
        text += `${quoted(guarded(id, 'standard'))},${quoted(column)},${quoted(reason)}\r\n`
      }
    },
    count: () => count,
    /** What has come since this was last asked. */
    take(): Uint8Array {
      const taken = Buffer.from(text)
      text = ''
      return taken
    },
  }
}
