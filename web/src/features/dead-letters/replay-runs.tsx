import { useQuery } from '@tanstack/react-query'
import { useFormats } from '../../format/use-formats.ts'
import { Instant } from '../../parts/instant.tsx'
import { Section } from '../../parts/section.tsx'
import { Table } from '../../parts/table.tsx'
import { useTexts } from '../../texts/texts.ts'
import { replayRunsQuery } from './dead-letter-queries.ts'

/** Replays of many, and how far they are. */
export function ReplayRuns() {
  const { deadLetters: texts } = useTexts()
  const { number } = useFormats()
  const runs = useQuery(replayRunsQuery).data?.items ?? []
  if (runs.length === 0) return null
  return (
    <Section title={texts.runs}>
      <Table
        caption={texts.runsCaption}
        head={[texts.runAt, texts.runBy, texts.perSecond, texts.runProgress, texts.state]}
      >
        {runs.map(({ runId, at, by, perSecond, sent, total, state }) => (
          <tr key={runId}>
            <td>
              <Instant at={at} />
            </td>
            <td>{by.name}</td>
            <td>{number(perSecond)}</td>
            <td>{texts.progress(number(sent), number(total))}</td>
            <td>{texts.runState[state]}</td>
          </tr>
        ))}
      </Table>
    </Section>
  )
}
