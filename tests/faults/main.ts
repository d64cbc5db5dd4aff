import { readOptions, usage } from './options.ts'
import { makePage } from './page.ts'
import { keepResult, lineOf, type Result } from './results.ts'
import { rows } from './rows.ts'
import { runRows } from './run-rows.ts'
import { head, tableLine } from './table.ts'

const anySeed = Math.floor(Math.random() * 1_000_000)

process.exitCode = await run().catch((fault: unknown) => {
  const isForPeople = fault instanceof Error && /^(Operator|Range|Type)Error$/.test(fault.name)
  console.error(isForPeople ? fault.message : fault)
  return 1
})
process.exit()

async function run(): Promise<number> {
  const options = readOptions(
    process.argv.slice(2),
    rows.map(({ name }) => name),
    anySeed,
  )
  if (options.help) {
    console.log(usage)
    return 0
  }
  let isWell = true
  if (!options.page) {
    const chosen = rows.filter(({ name }) => options.rows.length === 0 || options.rows.includes(name))
    console.error(`seed ${options.seed}, ${options.profile} profile`)
    if (!options.json) console.log(head)
    await runRows(chosen, { ...options, say: (line) => console.error(line), told })
  }
  await makePage()
  return isWell ? 0 : 1

  async function told(result: Result) {
    // What this machine cannot run is no failure of the hospital.
    isWell &&= result.ok !== false
    console.log(options.json ? lineOf(result) : tableLine(result))
    if (options.json && 'notRun' in result) console.error(tableLine(result))
    await keepResult(result)
  }
}
