import { readFileSync } from 'node:fs'
import type { Bench } from './benches/bench.ts'
import { verdictOn } from './goals.ts'
import type { Machine } from './machine.ts'
import type { Result } from './results.ts'
import { grouped, titles } from './table.ts'

/** docs/performance.md: what was set out to be reached, what was, and everything one needs to measure it again. */
export function performanceDocument(
  benches: readonly Pick<Bench, 'name' | 'about' | 'notes' | 'goals'>[],
  results: ReadonlyMap<string, Result>,
  remarksOn: (bench: string) => string = remarksFile,
): string {
  return [
    '# Performance',
    '<!-- Made by `npm run bench`. -->',
    'Ours beside the peers that people would use instead, on the same machine in the same run: `npm run bench` measures all of it again and writes this page, `npm run bench -- csv` a part of it. Every variant runs once to warm up, or more often where it says so, and then in turns with the others; a figure is the median of its runs, with the least and the greatest. Load, application, database and broker share the machine, so the ratios are the finding; the figures themselves are no guide to buying one.',
    ...benches.map((bench) => section(bench, results.get(bench.name), remarksOn(bench.name))),
    '',
  ].join('\n\n')
}

function section(
  { name, about, notes, goals }: Pick<Bench, 'name' | 'about' | 'notes' | 'goals'>,
  result: Result | undefined,
  remarks: string,
): string {
  const heading = `## ${name}: ${about}`
  if (!result) return `${heading}\n\nNot measured yet.`
  const verdicts = goals
    .map((goal) => verdictOn(goal, result.rows))
    .map(({ text, figure = 'not measured', isReached }) => [
      text,
      figure,
      isReached === undefined ? '–' : isReached ? 'reached' : '**not reached**',
    ])
  return [
    heading,
    markdownTable(['goal', 'measured', ''], verdicts),
    markdownTable(titles, grouped(result.rows)),
    notes.map((note) => `- ${note}`).join('\n'),
    ...(remarks ? [remarks] : []),
    `Measured ${result.at.toISOString().slice(0, 10)} on ${machineText(result.machine)}`,
  ].join('\n\n')
}

function machineText({ processor, cores, memoryGb, system, versions }: Machine): string {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return `${processor}, ${cores} cores, ${memoryGb} GB, ${system}; ${named.join(', ')}.`
}

function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}

/** What a person found out about a bench, such as what bounds it: bench/remarks/<name>.md. Its links hold on the page too. */
function remarksFile(bench: string): string {
  try {
    const remarks = readFileSync(new URL(`../remarks/${bench}.md`, import.meta.url), 'utf8')
    return remarks.trim().replaceAll('](../../docs/', '](')
  } catch {
    return ''
  }
}
