import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { demoClient, reported, type TestStack } from '@rounds/stack'
import { csvCells } from './csv-cells.ts'
import { notebook, type PartResult } from './findings.ts'
import { plantFormulas } from './mongo-formulas.ts'
import { convert, findOffice, reading } from './office.ts'

/** Exports a hospital full of formulas and opens the file in LibreOffice, which must find none, and every cell as it was. */
export async function fuzzCsv(stack: TestStack, { seed }: { seed: number }): Promise<PartResult> {
  const office = findOffice()
  if ('missing' in office) return { part: 'csv', counts: {}, findings: [], notRun: office.missing }
  const { program } = office
  const notes = notebook()
  const again = `--seed ${seed}`
  const planted = await plantFormulas(stack.mongo.url, seed)
  const admin = await demoClient(stack.url, 'admin')
  const home = join(stack.dataDir, 'office')
  let cells = 0
  let formulas = 0

  // An office that finds no formula where one stands would find none anywhere.
  const control = join(stack.dataDir, 'control.csv')
  await writeFile(control, 'a,b\r\n=1+1,2\r\n')
  if ((await formulasIn(control, stack.dataDir)).length === 0)
    notes.note(
      'control',
      'LibreOffice finds no formula where there is one, so this run proves nothing',
      again,
    )

  for (const flavour of ['standard', 'excel'] as const) {
    const dir = join(stack.dataDir, flavour)
    await mkdir(join(dir, 'text'), { recursive: true })
    const file = join(dir, 'export.csv')
    const { saved } = await reported(admin, { report: 'appointments', flavour }, file)
    if (saved.file !== file) await rename(saved.file, file)
    const written = csvCells((await readFile(file, 'utf8')).replace(/^\ufeff/, ''))
    compareWithPlanted(flavour, written)

    const found = await formulasIn(file, dir)
    formulas += found.length
    if (found.length > 0)
      notes.note(`formula ${flavour}`, `${found.length} formulas in ${flavour}, such as ${found[0]}`, again)

    const infilter = reading.asText(written[0]?.length ?? 0)
    const to = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false'
    await convert(program, { file, infilter, to, outDir: join(dir, 'text'), home })
    const seen = csvCells(await readFile(join(dir, 'text', basename(file)), 'utf8'))
    if (seen.length !== written.length)
      notes.note(`rows ${flavour}`, `${flavour}: ${seen.length} rows seen, ${written.length} written`, again)
    for (const [nth, row] of written.entries())
      for (const [column, cell] of row.entries()) {
        cells++
        const shown = seen[nth]?.[column]
        if (sameForAll(shown) !== sameForAll(cell))
          notes.note(
            `cell ${flavour} ${column}`,
            `${flavour}: row ${nth} shows ${JSON.stringify(shown)} for ${JSON.stringify(cell)}`,
            again,
          )
      }
  }
  return { part: 'csv', counts: { rows: planted.size, cells, formulas }, findings: notes.findings() }

  async function formulasIn(file: string, outDir: string): Promise<string[]> {
    await convert(program, { file, infilter: reading.eager, to: 'fods', outDir, home })
    const opened = await readFile(join(outDir, `${basename(file, '.csv')}.fods`), 'utf8')
    return opened.match(/table:formula="[^"]{0,80}/g) ?? []
  }

  function compareWithPlanted(flavour: string, [head = [], ...rows]: string[][]): void {
    const columnOf = (header: string) => head.indexOf(header)
    const [id, reason, patient] = [columnOf('Appointment'), columnOf('Reason for visit'), columnOf('Patient')]
    if (rows.length !== planted.size)
      notes.note(
        `count ${flavour}`,
        `${flavour}: ${rows.length} rows for ${planted.size} appointments`,
        again,
      )
    for (const row of rows) {
      const wanted = planted.get(row[id] ?? '')
      // Guarded or not is for LibreOffice to say; nothing else may have changed.
      for (const [was, is] of [
        [wanted?.reason, row[reason]],
        [wanted?.patientName, row[patient]],
      ])
        if (is !== was && is !== `'${was}`)
          notes.note(
            `text ${flavour}`,
            `${flavour}: ${JSON.stringify(was)} became ${JSON.stringify(is)}`,
            again,
          )
    }
  }
}

/** A spreadsheet knows one way to end a line within a cell. */
const sameForAll = (cell: string | undefined) => cell?.replace(/\r\n?/g, '\n')
