import type { Campaign } from '@rounds/contracts/http'
import { useFormats } from '../../format/use-formats.ts'
import { Table } from '../../parts/table.tsx'
import { useTexts } from '../../texts/texts.ts'

/** Why how many do not get it. */
export function ReasonsTable({ reasons }: { readonly reasons: Campaign['reasons'] }) {
  const { reasons: texts } = useTexts()
  const { number } = useFormats()
  return (
    <Table caption={texts.title} head={[texts.reason, texts.count]}>
      {reasons.map(({ code, reason, count }) => (
        <tr key={code + reason}>
          <td>{reason}</td>
          <td>{number(count)}</td>
        </tr>
      ))}
    </Table>
  )
}
