import type { Schedule } from '@rounds/contracts/http'
import { Table } from '../../parts/table.tsx'
import { useTexts } from '../../texts/texts.ts'
import { localOf, utcOf } from './fire-times.ts'
import styles from './fires-table.module.css'

interface FiresTableProps {
  readonly caption: string
  readonly zone: string
  readonly fires: Schedule['next']
}

/** When it fires, on the clock of the schedule's zone and in UTC; a note where the clocks change. */
export function FiresTable({ caption, zone, fires }: FiresTableProps) {
  const { schedule: texts } = useTexts()
  const hasNotes = fires.some(({ note }) => note !== undefined)
  return (
    <Table caption={caption} head={[texts.local(zone), texts.utc, ...(hasNotes ? [texts.note] : [])]}>
      {fires.map(({ at, local, note }) => (
        <tr key={`${at} ${local}`}>
          <td>
            <time dateTime={at}>{localOf(local)}</time>
          </td>
          <td>
            <time dateTime={at}>{utcOf(at)}</time>
          </td>
          {hasNotes && <td className={styles.note}>{note}</td>}
        </tr>
      ))}
    </Table>
  )
}
