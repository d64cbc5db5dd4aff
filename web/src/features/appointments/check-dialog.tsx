import { Textarea } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import '@mantine/dates/styles.css'
import type { Appointment } from '@rounds/contracts/http'
import { IconCalendar, IconCheck } from '@tabler/icons-react'
import { useState } from 'react'
import { addDays, dayIn } from '../../format/days.ts'
import { useFormats } from '../../format/use-formats.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './check-dialog.module.css'
import { useCheck } from './use-check.ts'

/** What the doctor found, and what follows. Stays until it is written down, with all that was typed. */
export function CheckDialog({ appointment, onClose }: { appointment: Appointment; onClose: () => void }) {
  const { appointments: texts } = useTexts()
  const { instant, zone } = useFormats()
  const [diagnosis, setDiagnosis] = useState('')
  const [prescription, setPrescription] = useState('')
  const [nextVisit, setNextVisit] = useState<string | null>(null)
  const [isEmpty, setEmpty] = useState(false)
  const check = useCheck(appointment)

  const isComplete = () => {
    setEmpty(diagnosis.trim() === '')
    return diagnosis.trim() !== ''
  }
  const save = () =>
    check({
      diagnosis: diagnosis.trim(),
      ...(prescription.trim() && { prescription: prescription.trim() }),
      ...(nextVisit && { nextVisit }),
    })

  const optional = (label: string) => (
    <>
      {label} <span className={styles.optional}>({texts.optional})</span>
    </>
  )

  return (
    <Confirm
      title={texts.checkTitle}
      what={texts.checkLead(appointment.patient.name, instant(appointment.startsAt))}
      detail={texts.checkMeaning}
      yes={texts.save}
      no={texts.cancel}
      size="lg"
      icon={<IconCheck size={17} aria-hidden />}
      isComplete={isComplete}
      onYes={save}
      onClose={onClose}
    >
      <Textarea
        label={texts.diagnosis}
        maxLength={2000}
        minRows={3}
        autosize
        required
        value={diagnosis}
        error={isEmpty && texts.needed}
        onChange={(event) => {
          setEmpty(false)
          setDiagnosis(event.currentTarget.value)
        }}
        data-autofocus
      />
      <Textarea
        label={optional(texts.prescription)}
        maxLength={2000}
        minRows={2}
        autosize
        value={prescription}
        onChange={(event) => setPrescription(event.currentTarget.value)}
      />
      <DatePickerInput
        label={optional(texts.nextVisit)}
        value={nextVisit}
        onChange={setNextVisit}
        minDate={addDays(dayIn(zone, new Date()), 1)}
        valueFormat="D MMM YYYY"
        clearable
        leftSection={<IconCalendar size={17} aria-hidden />}
      />
    </Confirm>
  )
}
