import { createInterface } from 'node:readline'

/** Reads questions, one JSON line each, and answers each with a line before it reads the next. */
export async function answering(answer) {
  const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)
  say('ready')
  for await (const line of createInterface({ input: process.stdin }))
    say((await answer(JSON.parse(line))) ?? {})
  process.exit(0)
}
