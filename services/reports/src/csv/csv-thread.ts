import { getPriority, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import type { Answer, Question } from './csv-threads.ts'
import type { CsvColumn, CsvEncoder, CsvOptions } from './encoder.ts'

/** The other end of `csvThreads`: answers each question in turn. */
export function serveCsvThread(
  makeEncoder: (columns: readonly CsvColumn[], options: CsvOptions) => CsvEncoder,
): void {
  // On Linux this is the priority of this thread alone; elsewhere it would be that of the whole process.
  if (process.platform === 'linux') setPriority(Math.min(lowest, getPriority() + belowTheOthers))
  let encoder: CsvEncoder | undefined
  parentPort?.on('message', (question: Question) => {
    const [answer, transfer] = answered(question)
    parentPort?.postMessage(answer, transfer)
  })

  function answered(question: Question): [Answer, ArrayBuffer[]] {
    try {
      if ('columns' in question) {
        encoder = makeEncoder(question.columns, question.options)
        return [{ header: encoder.header }, []]
      }
      if (!encoder) throw new Error('no columns were said')
      const { memory, length } = question
      const { bytes, rows, setAside } = encoder.encode(new Uint8Array(memory, 0, length))
      // Not `slice`, which is no copy of a Buffer: its memory is shared and cannot change hands.
      const lines = new Uint8Array(bytes)
      return [{ lines: { bytes: lines, rows, setAside }, memory }, [lines.buffer, memory]]
    } catch (error) {
      return [{ error, name: error instanceof Error ? error.name : '' }, []]
    }
  }
}

/** Below everything that answers people, however low the process itself was put: to raise it again is not for everybody. */
const belowTheOthers = 10
const lowest = 19
