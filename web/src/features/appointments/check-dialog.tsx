import { Button, Modal, Textarea } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import '@mantine/dates/styles.css'
import type { Appointment } from '@rounds/contracts/http'
import { IconCalendar, IconCheck } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { addDays, dayIn } from '../../format/days.ts'
import { useFormats } from '../../format/use-formats.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './check-dialog.module.css'
import { type Finding, useCheck } from './use-check.ts'

/** What the doctor found, and what follows. Closes at once: the page shows it while it is still being written down. */
export function CheckDialog({ appointment, onClose }: { appointment: Appointment; onClose: () => void }) {
  const { appointments: texts } = useTexts()
  const { instant, zone } = useFormats()
  const [nextVisit, setNextVisit] = useState<string | null>(null)
  const [isEmpty, setEmpty] = useState(false)
  const check = useCheck()

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const diagnosis = String(form.get('diagnosis')).trim()
    if (!diagnosis) return setEmpty(true)
    const prescription = String(form.get('prescription')).trim()
    const finding: Finding = {
      diagnosis,
      ...(prescription && { prescription }),
      ...(nextVisit && { nextVisit }),
    }
    check.mutate({ appointment, finding })
    onClose()
  }

  const optional = (label: string) => (
    <>
      {label} <span className={styles.optional}>({texts.optional})</span>
    </>
  )

  return (
    <Modal
      opened
      onClose={onClose}
      title={texts.checkTitle}
      size="lg"
      closeButtonProps={{ 'aria-label': texts.cancel }}
    >
      <form onSubmit={submit} className={styles.form} noValidate>
        <div>
          <p className={styles.who}>
            {texts.checkLead(appointment.patient.name, instant(appointment.startsAt))}
          </p>
          <p className={styles.meaning}>{texts.checkMeaning}</p>
        </div>
        <Textarea
          name="diagnosis"
          label={texts.diagnosis}
          maxLength={2000}
          minRows={3}
          autosize
          required
          error={isEmpty && texts.needed}
          onChange={() => setEmpty(false)}
          data-autofocus
        />
        <Textarea
          name="prescription"
          label={optional(texts.prescription)}
          maxLength={2000}
          minRows={2}
          autosize
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
        <div className={styles.actions}>
          <Button variant="default" onClick={onClose}>
            {texts.cancel}
          </Button>
          <Button type="submit" leftSection={<IconCheck size={17} aria-hidden />}>
            {texts.save}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
