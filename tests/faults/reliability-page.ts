import type { Result } from './results.ts'
import type { Row } from './row.ts'

type Ran = Exclude<Result, { readonly notRun: string }>

/** docs/reliability.md: what was done to the system, what was seen, and what was not run. */
export function reliabilityPage(
  rows: readonly Pick<Row, 'name' | 'injects'>[],
  results: readonly Result[],
  anomalies: string,
): string {
  const inOrder = rows.map(({ name, injects }) => ({
    name,
    injects,
    result: results.find(({ row }) => row === name),
  }))
  const ran = inOrder.flatMap(({ result }) => (result && !('notRun' in result) ? [result] : []))
  return `# What was broken on purpose, and what was lost

Made by \`npm run faults\` from the last results in \`tests/faults/results/\`; do not edit. Everything happens from outside:
a TCP proxy stands between each service and its servers, processes are killed and stopped, disks are filled and cut off.
The services know nothing of it. What counts is what independent witnesses saw: a synced log of every request that was
answered 2xx, the hash of every file from the moment it stands under its name, the body of every download, all compared
with what \`@json2csv/plainjs\` makes of the database. A row's seed chooses the same faults in the same order
again; when exactly they fall, the machine decides too:
\`npm run faults -- ${ran[0]?.row ?? 'kill-reports'} --seed ${ran[0]?.seed ?? 1}\`.

- **accepted**: requests answered 2xx. **lost**: of these, without an end when the deadline was over, done without a file, or
  with something left unsaid in an outbox; and jobs that not exactly one entry of the audit accounts for. A job that *failed* with
  its reason has ended; that none did is a bar of each row.
- **duplicates**: two jobs of one Idempotency-Key, two files of one job. **partial**: a body or a visible file that is not right to
  the last byte. **in doubt**: requests that never got an answer; in the row \`mail\`, mails of which nobody but the mail
  server can know whether they arrived.
- **rescue**: from a kill to the next sign of life of the work that was in its hand, p99.

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
  inOrder.map(({ name, result }) => cells(name, result)),
)}

${bound(ran)}

## Each row

${inOrder.map(({ name, injects, result }) => section(name, injects, result)).join('\n\n')}

${anomalies.trim()}
`
}

function cells(name: string, result: Result | undefined): readonly string[] {
  if (!result) return [name, ...Array<string>(8).fill(''), 'NOT RUN: no result is kept']
  if ('notRun' in result) return [name, ...Array<string>(8).fill(''), `NOT RUN: ${result.notRun}`]
  const { injected, accepted, lost, duplicates, partial, inDoubt, p99RescueMs, profile, seed, on, ok } =
    result
  const rescue = p99RescueMs > 0 ? `${(p99RescueMs / 1_000).toFixed(1)} s` : '–'
  const numbers = [injected, accepted, lost, duplicates, partial, inDoubt].map(String)
  return [name, ...numbers, rescue, `${profile}, ${seed}, ${on}`, ok ? 'held' : '**not held**']
}

/** Nothing seen in N tries is at most 3/N with 95 % confidence. It is never "never". */
function bound(ran: readonly Ran[]): string {
  const sum = (pick: (result: Ran) => number) => ran.reduce((total, result) => total + pick(result), 0)
  const accepted = sum((result) => result.accepted)
  if (accepted === 0) return 'Nothing has been run yet.'
  const line = (what: string, count: number) =>
    count === 0
      ? `- ${what}: 0 of ${accepted}; with 95 % confidence fewer than 3/${accepted} = ${percent(3 / accepted)}.`
      : `- ${what}: **${count}** of ${accepted}.`
  return [
    `All rows together: ${sum((result) => result.injected)} faults, ${accepted} accepted jobs.`,
    '',
    line(
      'lost',
      sum((result) => result.lost),
    ),
    line(
      'duplicates',
      sum((result) => result.duplicates),
    ),
    line(
      'partial',
      sum((result) => result.partial),
    ),
  ].join('\n')
}

const percent = (share: number) => `${Number((share * 100).toPrecision(2))} %`

function section(name: string, injects: string, result: Result | undefined): string {
  const head = `**${name}**: ${injects}.`
  if (!result || 'notRun' in result) return head
  const bars = result.bars.map(
    ({ what, seen, atMost }) =>
      `${what}: ${seen} (at most ${atMost}${seen <= atMost ? '' : ', **not held**'})`,
  )
  return [head, ...[...bars, ...result.notes].map((fact) => `- ${fact}`)].join('\n')
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (list: readonly string[]) => `| ${list.join(' | ')} |`
  return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n')
}
