import { Button } from '@mantine/core'
import type { Job } from '@rounds/contracts/http'
import { IconDownload, IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useFormats } from '../../format/use-formats.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './job-actions.module.css'
import { useJobActions } from './use-job-actions.ts'

/** Download, cancel, once more: what this job allows now. */
export function JobActions({ job }: { readonly job: Job }) {
  const { reports: texts } = useTexts()
  const { cancel, retry, isBusy } = useJobActions(job)
  const navigate = useNavigate()
  const [isAsking, setAsking] = useState(false)
  const again = async () => {
    const made = await retry?.().catch(() => undefined)
    if (made) await navigate({ to: '/reports/$jobId', params: { jobId: made.jobId } })
  }
  return (
    <div className={styles.actions}>
      {job.links.download && job.result && <Download href={job.links.download} result={job.result} />}
      {retry && (
        <Button
          variant="default"
          loading={isBusy}
          leftSection={<IconRefresh size={17} aria-hidden />}
          onClick={() => void again()}
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

/** A plain link: the browser itself downloads, resumes, and shows how far it is. */
function Download({ href, result }: { readonly href: string; readonly result: NonNullable<Job['result']> }) {
  const { reports: texts } = useTexts()
  const { bytes, number } = useFormats()
  return (
    <a href={href} download className={styles.download}>
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
