import type { Job } from '@rounds/contracts/http'
import { useEffect, useRef, useState } from 'react'
import { useFormats } from '../../format/use-formats.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './job-progress.module.css'
import { percentOf, progressWords, quarter } from './progress-words.ts'

/** How far a running report is: for the eye at every step, for the ear at every quarter. */
export function JobProgress({ job }: { readonly job: Job }) {
  const texts = useTexts()
  const formats = useFormats()
  const percent = percentOf(job)
  const words = progressWords(job, texts, formats)
  return (
    <div>
      <div
        role="progressbar"
        aria-label={texts.reports.progressOf(job.title)}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(percent !== undefined && { 'aria-valuenow': percent })}
        aria-valuetext={words}
        className={styles.track}
      >
        <div
          className={styles.bar}
          data-unknown={percent === undefined || undefined}
          style={{ width: percent === undefined ? undefined : `${percent}%` }}
        />
      </div>
      <p className={styles.words} aria-hidden>
        <span>{words}</span>
        {percent !== undefined && <span>{formats.percent(percent)}</span>}
      </p>
      <Spoken title={job.title} percent={percent} />
    </div>
  )
}

/** A progressbar is not announced by itself when it moves (ARIA25), so this says it. */
function Spoken({ title, percent }: { readonly title: string; readonly percent: number | undefined }) {
  const { reports } = useTexts()
  const reached = useRef(percent === undefined ? 0 : quarter(percent))
  const [said, setSaid] = useState('')
  useEffect(() => {
    if (percent === undefined || quarter(percent) <= reached.current) return
    reached.current = quarter(percent)
    setSaid(reports.announce(title, reached.current))
  }, [percent, title, reports])
  return (
    <span className="unseen" role="status">
      {said}
    </span>
  )
}
