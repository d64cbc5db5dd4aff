import { SegmentedControl } from '@mantine/core'
import type { DryRun } from '@rounds/contracts/http'
import { IconAlertTriangle, IconUserCheck } from '@tabler/icons-react'
import { useState } from 'react'
import { useFormats } from '../../format/use-formats.ts'
import { Table } from '../../parts/table.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './dry-run.module.css'
import { RenderedMail } from './mail-preview.tsx'
import { ReasonsTable } from './reasons-table.tsx'

/** Who would get it, who would not and why, and what it would look like. */
export function DryRunResult({ result }: { readonly result: DryRun }) {
  const { campaign: texts, reasons } = useTexts()
  const { number } = useFormats()
  const { expected, wouldSend, wouldWait, faults } = result
  return (
    <>
      <dl className={styles.numbers}>
        <Figure name={texts.expected} value={number(expected)} />
        <Figure name={texts.wouldSend} value={number(wouldSend)} />
        <Figure name={texts.wouldWait} value={number(wouldWait)} />
        <Figure name={texts.wouldNot} value={number(expected - wouldSend - wouldWait)} />
      </dl>
      {faults.length > 0 && (
        <div role="alert" className={styles.faults}>
          <p className={styles.title}>
            <IconAlertTriangle size={18} aria-hidden /> {texts.faults}
          </p>
          <ul>
            {faults.map(({ pointer, detail }) => (
              <li key={pointer + detail}>
                <code>{pointer}</code> {detail}
              </li>
            ))}
          </ul>
        </div>
      )}
      {result.approvalReason && (
        <p className={styles.approval}>
          <IconUserCheck size={18} aria-hidden /> {texts.approvalReasons[result.approvalReason]}
        </p>
      )}
      {result.reasons.length > 0 ? (
        <ReasonsTable reasons={result.reasons} />
      ) : (
        <p className={styles.hint}>{reasons.none}</p>
      )}
      {result.incomplete.length > 0 && <Incomplete incomplete={result.incomplete} />}
      <Samples samples={result.samples} />
    </>
  )
}

function Incomplete({ incomplete }: Pick<DryRun, 'incomplete'>) {
  const { campaign: texts } = useTexts()
  const { number } = useFormats()
  return (
    <Table caption={texts.incomplete} head={[texts.row, texts.recipient, texts.variable]}>
      {incomplete.map(({ row, recipient, variable }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: people without a row may be called the same, and the list never moves
        <tr key={at}>
          <td>{row === undefined ? '' : number(row)}</td>
          <td>{recipient}</td>
          <td>
            <code>{variable}</code>
          </td>
        </tr>
      ))}
    </Table>
  )
}

const Figure = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
)

function Samples({ samples }: { readonly samples: DryRun['samples'] }) {
  const { campaign: texts, languages } = useTexts()
  const [chosen, setChosen] = useState(0)
  const sample = samples[chosen]
  if (!sample) return null
  return (
    <section aria-label={texts.samples} className={styles.samples}>
      <h3 className={styles.title}>{texts.samples}</h3>
      {samples.length > 1 && (
        <SegmentedControl
          aria-label={texts.samples}
          size="xs"
          orientation={samples.length > 2 ? 'vertical' : 'horizontal'}
          value={String(chosen)}
          onChange={(value) => setChosen(Number(value))}
          data={samples.map(({ recipient, language }, at) => ({
            value: String(at),
            label: texts.sampleOf(recipient, languages[language]),
          }))}
        />
      )}
      <RenderedMail mail={sample} />
    </section>
  )
}
