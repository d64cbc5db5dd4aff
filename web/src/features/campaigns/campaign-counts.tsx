import type { DeliveryCounts } from '@rounds/contracts/http'
import { useEffect, useRef, useState } from 'react'
import { useFormats } from '../../format/use-formats.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './campaign-counts.module.css'
import { type CountedPart, countedParts, percentEnded } from './counted-parts.ts'

interface CountsProps {
  readonly title: string
  readonly counts: DeliveryCounts
}

/** How many are where: a bar whose parts always add up, and the same in words. */
export function CountsBar({ title, counts }: CountsProps) {
  const { counts: texts } = useTexts()
  const { number } = useFormats()
  const ended = counts.expected - counts.waiting
  const words = [
    texts.ofExpected(number(ended), number(counts.expected)),
    ...countedParts
      .filter((part) => counts[part] > 0)
      .map((part) => texts.one(number(counts[part]), texts[part])),
  ].join(', ')
  return (
    <div>
      <div
        role="progressbar"
        aria-label={texts.label(title)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percentEnded(counts)}
        aria-valuetext={words}
        className={styles.bar}
      >
        {countedParts
          .filter((part) => counts[part] > 0)
          .map((part) => (
            <span
              key={part}
              data-part={part}
              style={{ width: `${(100 * counts[part]) / Math.max(1, counts.expected)}%` }}
            />
          ))}
      </div>
      <Legend counts={counts} />
      <Spoken title={title} counts={counts} />
    </div>
  )
}

/** Parts that are nobody's are left out, but for what was sent. */
function Legend({ counts }: { readonly counts: DeliveryCounts }) {
  const { counts: texts } = useTexts()
  const { number } = useFormats()
  const shown = countedParts.filter((part) => part === 'sent' || counts[part] > 0)
  return (
    <ul className={styles.legend} aria-hidden>
      {shown.map((part) => (
        <li key={part} data-part={part}>
          {texts.one(number(counts[part]), texts[part])}
        </li>
      ))}
    </ul>
  )
}

/** The numbers as a sum that anybody can check. */
export function CountsSum({ counts }: { readonly counts: DeliveryCounts }) {
  const { counts: texts } = useTexts()
  const { number } = useFormats()
  return (
    <dl className={styles.sum}>
      {countedParts.map((part) => (
        <Summand key={part} part={part} count={counts[part]}>
          {part === 'waiting' && counts.sending > 0 ? texts.sending(number(counts.sending)) : ''}
        </Summand>
      ))}
      <div className={styles.total}>
        <dt>{texts.expected}</dt>
        <dd>{number(counts.expected)}</dd>
      </div>
    </dl>
  )
}

function Summand({ part, count, children }: { part: CountedPart; count: number; children: string }) {
  const { counts: texts } = useTexts()
  return (
    <div data-part={part}>
      <dt>{texts[part]}</dt>
      <dd>
        {useFormats().number(count)}
        {children && <span className={styles.note}>{children}</span>}
      </dd>
    </div>
  )
}

/** A progressbar is not announced by itself when it moves (ARIA25): said at every quarter. */
function Spoken({ title, counts }: CountsProps) {
  const { counts: texts } = useTexts()
  const quarter = Math.floor(percentEnded(counts) / 25) * 25
  const reached = useRef(quarter)
  const [said, setSaid] = useState('')
  useEffect(() => {
    if (quarter <= reached.current) return
    reached.current = quarter
    setSaid(texts.announce(title, quarter))
  }, [quarter, title, texts])
  return (
    <span className="unseen" role="status">
      {said}
    </span>
  )
}
