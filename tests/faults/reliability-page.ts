import type { KeptPart } from '../fuzz/kept.ts'
import { allParts, fullSize } from '../fuzz/options.ts'
import { numbersOf } from '../fuzz/tell.ts'
import type { Result } from './results.ts'
import { isKept, limitOf, type Row } from './row.ts'
import { exportsPerMachine, usualExportsAtOnce } from './settings.ts'

type Ran = Exclude<Result, { readonly notRun: string }>
type Told = Pick<Row, 'name' | 'injects' | 'counts' | 'hospital'>

export interface Known {
  readonly rows: readonly Told[]
  readonly results: readonly Result[]
  readonly fuzzed: readonly KeptPart[]
  readonly anomalies: string
}

/** docs/reliability.md: what was done to the system, what was seen, and what was not run. */
export function reliabilityPage({ rows, results, fuzzed, anomalies }: Known): string {
  const inOrder = rows.map((row) => ({ row, result: results.find((one) => one.row === row.name) }))
  const ran = inOrder.flatMap(({ row, result }) => (result && !('notRun' in result) ? [{ row, result }] : []))
  const first = ran[0]?.result
  return `# What was broken on purpose, and what was lost

Made by \`npm run faults\` and \`npm run fuzz\` from the last results in \`tests/faults/results/\` and \`tests/fuzz/results/\`;
do not edit. Everything happens from outside: ${proxies(rows)},
processes are killed and stopped, disks are filled and cut off.
The services know nothing of it. What counts is what independent witnesses saw: a synced log of every request that was
answered 2xx, the hash of every file from the moment it stands under its name, the body of every download, all compared
with what \`@json2csv/plainjs\` makes of the database; and the streams themselves, read from their first message to
their last, in which every event of every outbox has to stand (a result that says nothing of this is older than that
witness). A row's seed chooses the same faults in the same order
again; when exactly they fall, the machine decides too:
\`npm run faults -- ${first?.row ?? 'kill-reports'} --seed ${first?.seed ?? 1}\`.

${settings(rows)}

- **accepted**: requests answered 2xx. **lost**: of these, without an end when the deadline was over, done without a file, or
  with something left unsaid in an outbox, or in one and in no stream; and jobs that not exactly one entry of the audit accounts
  for. A job that *failed* with its reason has ended; that none did is a bar of each row that asks for reports. A mail or
  a chat post that failed counts as lost.
- **duplicates**: two jobs of one Idempotency-Key, two files of one job. **partial**: a body or a visible file that is not right to
  the last byte. **in doubt**: requests that never got an answer; in rows that count mails, mails of which nobody but the mail
  server can know whether they arrived.
- **rescue**: from the kill of a worker to the next sign of life of the work that was in its hand, p99, and how many such rescues
  the history in the ledger tells of. Measured where reports is killed.

${table(
  [
    'row',
    'faults',
    'accepted',
    'lost',
    'duplicates',
    'partial',
    'in doubt',
    'rescue',
    'profile, seed, day',
    '',
  ],
  inOrder.map(({ row, result }) => cells(row.name, result)),
)}

${bounds(ran)}

## Each row

${inOrder.map(({ row, result }) => section(row, result)).join('\n\n')}

## Fuzz

The last run of each part of \`npm run fuzz\` at its full size: ${whole(fullSize)} requests, ${whole(fullSize)} events for each consumer, and an
export full of formulas that LibreOffice opens. Smaller runs are not kept.

${table(
  ['part', 'day, seed', 'counted', 'found'],
  allParts.map((part) => fuzzCells(part, fuzzed)),
)}

${anomalies.trim()}
`
}

/** The provisioner speaks to MongoDB at its start only, before anything is broken. */
function proxies(rows: readonly Told[]): string {
  const without = rows.filter(({ hospital }) => hospital?.isProxied === false).map(({ name }) => code(name))
  const but = without.length > 0 ? `\n(none in ${without.join(', ')})` : ''
  return `a TCP proxy stands between each service and its servers${but}`
}

/** Where the hospital of a row is not the one that is shipped. */
function settings(rows: readonly Told[]): string {
  const busier = rows.flatMap(({ name, hospital }) =>
    hospital?.exportsAtOnce ? [`${hospital.exportsAtOnce} in ${code(name)}`] : [],
  )
  const but = busier.length > 0 ? ` (${busier.join(', ')})` : ''
  return `Two settings are not the shipped ones: reports runs with \`EXPORT_CONCURRENCY=${usualExportsAtOnce}\`${but}, and with \`EXPORTS_PER_MACHINE=${exportsPerMachine}\`,
so that more is in hand when something breaks. Without a word 2 are written at once, and half as many on a machine as it
has processors.`
}

const code = (name: string) => `\`${name}\``

function cells(name: string, result: Result | undefined): readonly string[] {
  if (!result) return [name, ...Array<string>(8).fill(''), 'NOT RUN: no result is kept']
  if ('notRun' in result) return [name, ...Array<string>(8).fill(''), `NOT RUN: ${result.notRun}`]
  const { injected, accepted, lost, duplicates, partial, inDoubt, profile, seed, on, ok } = result
  const numbers = [injected, accepted, lost, duplicates, partial, inDoubt].map(String)
  return [name, ...numbers, rescue(result), `${profile}, ${seed}, ${on}`, ok ? 'held' : '**not held**']
}

function rescue({ p99RescueMs, rescues }: Ran): string {
  if (p99RescueMs === 0) return '–'
  return `${(p99RescueMs / 1_000).toFixed(1)} s${rescues === undefined ? '' : ` of ${rescues}`}`
}

function fuzzCells(part: string, fuzzed: readonly KeptPart[]): readonly string[] {
  const kept = fuzzed.find((one) => one.part === part)
  if (!kept) return [part, '', '', 'not run']
  const { on, seed, requests, counts, findings } = kept
  const sent = part === 'events' ? `${whole(requests)} for each consumer · ` : ''
  return [
    part,
    `${on}, ${seed}`,
    `${sent}${numbersOf(counts)}`,
    findings === 0 ? 'nothing' : `**${findings} findings**`,
  ]
}

const whole = (count: number) => count.toLocaleString('en')

/** Nothing seen in N tries is at most 3/N with 95 % confidence. It is never "never". What differs is not added up. */
function bounds(ran: ReadonlyArray<{ readonly row: Told; readonly result: Ran }>): string {
  const byKind = [...Map.groupBy(ran, ({ row }) => row.counts ?? 'jobs')]
  const kinds = byKind.map(([kind, list]) => ({ kind, results: list.map(({ result }) => result) }))
  const tried = kinds.filter(({ results }) => sum(results, 'accepted') > 0)
  if (tried.length === 0) return 'Nothing has been run yet.'
  const injected = sum(
    ran.map(({ result }) => result),
    'injected',
  )
  return [
    `All rows together: ${injected} faults.`,
    ...tried.flatMap(({ kind, results }) => ['', ...bound(kind, results)]),
  ].join('\n')
}

function bound(kind: string, results: readonly Ran[]): readonly string[] {
  const accepted = sum(results, 'accepted')
  // Whole and right to the last byte is said of files.
  const figures =
    kind === 'jobs' ? (['lost', 'duplicates', 'partial'] as const) : (['lost', 'duplicates'] as const)
  return [
    `${accepted} accepted ${kind}:`,
    '',
    ...figures.map((figure) => {
      const count = sum(results, figure)
      return count === 0
        ? `- ${figure}: 0 of ${accepted}; with 95 % confidence fewer than 3/${accepted} = ${percent(3 / accepted)}.`
        : `- ${figure}: **${count}** of ${accepted}.`
    }),
  ]
}

type Figure = 'injected' | 'accepted' | 'lost' | 'duplicates' | 'partial'

const sum = (results: readonly Ran[], figure: Figure) =>
  results.reduce((total, result) => total + result[figure], 0)

const percent = (share: number) => `${Number((share * 100).toPrecision(2))} %`

function section({ name, injects }: Told, result: Result | undefined): string {
  const head = `**${name}**: ${injects}.`
  if (!result || 'notRun' in result) return head
  const bars = result.bars.map(
    (bar) => `${bar.what}: ${bar.seen} (${limitOf(bar)}${isKept(bar) ? '' : ', **not held**'})`,
  )
  return [head, ...[...bars, ...result.notes].map((fact) => `- ${fact}`)].join('\n')
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (list: readonly string[]) => `| ${list.join(' | ')} |`
  return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n')
}
