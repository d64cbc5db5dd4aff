import { useFormats } from '../format/use-formats.ts'
import styles from './nav-count.module.css'

interface NavCountProps {
  readonly count: number
  /** What is counted, for who does not see where it stands. */
  readonly words: string
}

/** How much waits for somebody, beside a page's name in the navigation; nothing when nothing does. */
export function NavCount({ count, words }: NavCountProps) {
  const { number } = useFormats()
  if (count === 0) return null
  return (
    <span className={styles.count}>
      <span aria-hidden>{number(count)}</span>
      <span className="unseen">{words}</span>
    </span>
  )
}
