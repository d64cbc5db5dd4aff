import { useQuery } from '@tanstack/react-query'
import { useFormats } from '../../format/use-formats.ts'
import { useTexts } from '../../texts/texts.ts'
import { deadLetterCountsQuery } from './dead-letter-queries.ts'
import styles from './open-count.module.css'

/** How many lie open, beside the page's name in the navigation; nothing when none do. */
export function OpenCount() {
  const { deadLetters: texts } = useTexts()
  const { number } = useFormats()
  const open = useQuery(deadLetterCountsQuery).data?.open ?? 0
  if (open === 0) return null
  return (
    <span className={styles.count}>
      <span aria-hidden>{number(open)}</span>
      <span className="unseen">{texts.open(open)}</span>
    </span>
  )
}
