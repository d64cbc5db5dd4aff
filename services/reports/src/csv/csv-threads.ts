import { Worker } from 'node:worker_threads'
import type { CsvWriter } from './csv-writer.ts'
import type { CsvColumn, CsvOptions, Lines } from './encoder.ts'
import { BrokenBsonError } from './raw/bson-layout.ts'

export type Question =
  | { readonly columns: readonly CsvColumn[]; readonly options: CsvOptions }
  | { readonly memory: ArrayBuffer; readonly length: number }

export type Answer =
  | { readonly header: Uint8Array }
  | { readonly lines: Lines; readonly memory: ArrayBuffer }
  | { readonly error: unknown; readonly name: string }

/**
 * Encoders in threads of their own, so that the loop of this one stays free. Bytes change hands, nothing is cloned. A
 * thread serves one file at a time and stays for the next; one that died takes its file with it and is replaced.
 */
export function csvThreads(script: URL) {
  const all = new Set<CsvThread>()
  const idle: CsvThread[] = []

  async function open(columns: readonly CsvColumn[], options: CsvOptions): Promise<CsvWriter> {
    const thread = idle.pop() ?? started()
    const rest = async () => {
      await thread.atRest()
      if (all.has(thread)) idle.push(thread)
    }
    const header = await headerOf(thread, columns, options).catch(async (error) => {
      await rest()
      throw error
    })
    // Goes there and comes back, instead of a fresh megabyte for each batch.
    let spare: ArrayBuffer | undefined
    const roomFor = (length: number): ArrayBuffer => {
      const used = spare
      spare = undefined
      return used && used.byteLength >= length ? used : new ArrayBuffer(Math.ceil(length * 1.25))
    }
    return {
      header,
      async encode(batch) {
        const memory = roomFor(batch.length)
        new Uint8Array(memory).set(batch)
        const answer = await thread.ask({ memory, length: batch.length }, [memory])
        if (!('lines' in answer)) throw new Error('a thread gave no lines')
        spare = answer.memory
        return answer.lines
      },
      [Symbol.asyncDispose]: rest,
    }
  }

  async function headerOf(thread: CsvThread, columns: readonly CsvColumn[], options: CsvOptions) {
    const answer = await thread.ask({ columns, options }, [])
    if (!('header' in answer)) throw new Error('a thread gave no header')
    return answer.header
  }

  function started(): CsvThread {
    const thread = csvThread(script, () => {
      all.delete(thread)
      if (idle.includes(thread)) idle.splice(idle.indexOf(thread), 1)
    })
    all.add(thread)
    return thread
  }

  return {
    name: 'csv threads',
    // One is there before it is needed: it takes a moment to come up.
    start: async () => void idle.push(started()),
    stop: async () => void (await Promise.all(Array.from(all, (thread) => thread.end()))),
    open,
  }
}

type CsvThread = ReturnType<typeof csvThread>

function csvThread(script: URL, onEnd: () => void) {
  const worker = new Worker(script, {
    name: 'csv',
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 8 },
  })
  const waiting: PromiseWithResolvers<Answer>[] = []
  let lastAsked: Promise<unknown> = Promise.resolve()

  worker.on('message', (answer: Answer) => {
    const asker = waiting.shift()
    if ('error' in answer) asker?.reject(errorOf(answer))
    else asker?.resolve(answer)
  })
  const over = (error: unknown) => {
    onEnd()
    for (const asker of waiting.splice(0)) asker.reject(error)
  }
  worker.on('error', over)
  worker.on('exit', () => over(new Error('the thread that writes CSV ended')))

  return {
    ask(question: Question, transfer: readonly ArrayBuffer[]): Promise<Answer> {
      const asker = Promise.withResolvers<Answer>()
      waiting.push(asker)
      lastAsked = asker.promise.catch(() => {})
      worker.postMessage(question, [...transfer])
      return asker.promise
    },
    atRest: () => lastAsked,
    end: () => worker.terminate(),
  }
}

/** Between threads an error loses its class, and with it what is known about trying again. */
function errorOf({ error, name }: { readonly error: unknown; readonly name: string }): unknown {
  return name === 'BrokenBsonError' ? new BrokenBsonError((error as Error).message) : error
}
