import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useFormats } from '../../format/use-formats.ts'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useTexts } from '../../texts/texts.ts'
import { appointmentQuery } from './appointment-queries.ts'
import styles from './findings.module.css'

/** What the doctor found, and what follows. Shown to the doctor and the patient. */
export function Findings({ appointmentId }: { readonly appointmentId: string }) {
  const { app, findings: texts } = useTexts()
  const { day } = useFormats()
  const found = useQuery(appointmentQuery(appointmentId))
  if (found.isPending) return <Skeleton height={56} role="status" aria-label={app.loading} />
  if (found.isError) return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  const { diagnosis, prescription, nextVisit } = found.data
  if (!diagnosis && !prescription && !nextVisit) return <p className={styles.none}>{texts.none}</p>
  return (
    <dl className={styles.findings}>
      <Term name={texts.diagnosis} value={diagnosis} />
      <Term name={texts.prescription} value={prescription} />
      <Term name={texts.nextVisit} value={nextVisit && day(nextVisit)} />
    </dl>
  )
}

const Term = ({ name, value }: { readonly name: string; readonly value: string | undefined }) =>
  value ? (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  ) : null
