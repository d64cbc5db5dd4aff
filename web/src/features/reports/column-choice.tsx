import { Button, Checkbox } from '@mantine/core'
import { useTexts } from '../../texts/texts.ts'
import styles from './new-report.module.css'
import type { ReportChoice } from './report-queries.ts'

interface ColumnChoiceProps {
  readonly choice: ReportChoice
  readonly chosen: readonly string[]
  readonly onChange: (columns: readonly string[]) => void
}

/** Folded away: most people want them all. */
export function ColumnChoice({ choice, chosen, onChange }: ColumnChoiceProps) {
  const { newReport: texts } = useTexts()
  const all = choice.columns.map(({ id }) => id)
  return (
    <details className={styles.columns}>
      <summary>
        <span className={styles.columnsLabel}>{texts.columns}</span>
        <span className={styles.columnsCount}>{texts.columnsChosen(chosen.length, all.length)}</span>
      </summary>
      <Checkbox.Group
        aria-label={texts.columns}
        value={[...chosen]}
        onChange={onChange}
        error={chosen.length === 0 && texts.needColumns}
      >
        <div className={styles.columnList}>
          {choice.columns.map(({ id, header }) => (
            <Checkbox key={id} value={id} label={header} />
          ))}
        </div>
      </Checkbox.Group>
      <div className={styles.columnButtons}>
        <Button size="compact-sm" variant="default" onClick={() => onChange(all)}>
          {texts.allColumns}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => onChange([])}>
          {texts.noColumns}
        </Button>
      </div>
    </details>
  )
}
