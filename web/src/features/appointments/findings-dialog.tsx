import { Modal } from '@mantine/core'
import type { Appointment } from '@rounds/contracts/http'
import { useFormats } from '../../format/use-formats.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './check-dialog.module.css'
import { Findings } from './findings.tsx'

/** What the doctor wrote down, read again. */
export function FindingsDialog({ appointment, onClose }: { appointment: Appointment; onClose: () => void }) {
  const { appointments, findings: texts } = useTexts()
  const { instant } = useFormats()
  return (
    <Modal opened onClose={onClose} title={texts.title} closeButtonProps={{ 'aria-label': texts.close }}>
      <div className={styles.form}>
        <p className={styles.who}>
          {appointments.checkLead(appointment.patient.name, instant(appointment.startsAt))}
        </p>
        <Findings appointmentId={appointment.appointmentId} />
      </div>
    </Modal>
  )
}
