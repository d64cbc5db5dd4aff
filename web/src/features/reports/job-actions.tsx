import { Button } from '@mantine/core'
import type { Job } from '@rounds/contracts/http'
import { IconDownload, IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { type MouseEvent, useState } from 'react'
import { useFormats } from '../../format/use-formats.ts'
import { request } from '../../http/request.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useToast } from '../../parts/toast.ts'
import { useTexts } from '../../texts/texts.ts'
import { EmergencyAccess } from '../emergency-access/emergency-access-dialog.tsx'
import { isNotTreated } from '../emergency-access/emergency-access-queries.ts'
import { useSession } from '../sign-in/use-session.ts'
import styles from './job-actions.module.css'
import { useJobActions } from './use-job-actions.ts'

/** Download, cancel, once more: what this job allows now. */
export function JobActions({ job }: { readonly job: Job }) {
  const { reports: texts } = useTexts()
  const { cancel, retry, isBusy } = useJobActions(job)
  const navigate = useNavigate()
  const { warn } = useToast()
  const [isAsking, setAsking] = useState(false)
  const [refused, setRefused] = useState<Refused>()
  /** Where it is refused for want of a treatment, the doctor can say why they need it, and then it is done. */
  const attempt = async (act: () => Promise<unknown>) => {
    setRefused(undefined)
    await act().catch((error: unknown) =>
      isNotTreated(error) ? setRefused({ error, again: () => void attempt(act) }) : warn(error),
    )
  }
  const again = async () => {
    const made = await retry?.()
    if (made) await navigate({ to: '/reports/$jobId', params: { jobId: made.jobId } })
  }
  const { download } = job.links
  const isDoctor = useSession().role === 'doctor'
  const patientId = isDoctor && job.report === 'treatment-history' ? job.parameters.patientId : undefined
  return (
    <div className={styles.actions}>
      {download && job.result && (
        <Download
          href={download}
          result={job.result}
          onClick={patientId && (() => attempt(() => downloadHistory(job.jobId, download)))}
        />
      )}
      {retry && (
        <Button
          variant="default"
          loading={isBusy}
          leftSection={<IconRefresh size={17} aria-hidden />}
          onClick={() => void attempt(again)}
        >
          {job.state === 'failed' ? texts.retry : texts.runAgain}
        </Button>
      )}
      {cancel && (
        <Button
          variant="default"
          loading={isBusy}
          aria-label={texts.cancelOf(job.title)}
          leftSection={<IconPlayerStop size={17} aria-hidden />}
          onClick={() => setAsking(true)}
        >
          {texts.cancel}
        </Button>
      )}
      {refused && patientId && (
        <>
          <ProblemNote error={refused.error} of="change" />
          <EmergencyAccess patientId={patientId} onOpened={refused.again} />
        </>
      )}
      {isAsking && (
        <Confirm
          title={texts.cancelTitle}
          what={job.title}
          detail={texts.cancelDetail}
          yes={texts.cancelYes}
          no={texts.cancelNo}
          isDestructive
          onYes={async () => cancel?.()}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  )
}

interface Refused {
  readonly error: unknown
  readonly again: () => void
}

/** A download that the browser starts by itself shows no reason when it is refused, so the gateway is asked first. */
async function downloadHistory(jobId: string, href: string): Promise<void> {
  await request(`/v1/reports/${jobId}/manifest`, { isActivity: true })
  window.location.assign(href)
}

interface DownloadProps {
  readonly href: string
  readonly result: NonNullable<Job['result']>
  /** Instead of the browser's own download. */
  readonly onClick?: (() => Promise<void>) | '' | undefined
}

/** A plain link: the browser itself downloads, resumes, and shows how far it is. */
function Download({ href, result, onClick }: DownloadProps) {
  const { reports: texts } = useTexts()
  const { bytes, number } = useFormats()
  const instead = (event: MouseEvent) => {
    if (!onClick) return
    event.preventDefault()
    void onClick()
  }
  return (
    <a href={href} download className={styles.download} onClick={instead}>
      <IconDownload size={20} aria-hidden />
      <span className={styles.file}>
        <span className={styles.name}>
          <span className="unseen">{texts.download} </span>
          {result.fileName}
        </span>
        <span className={styles.size}>
          {bytes(result.bytes)} · {texts.rows(number(result.rows), result.rows === 1)}
        </span>
      </span>
    </a>
  )
}
