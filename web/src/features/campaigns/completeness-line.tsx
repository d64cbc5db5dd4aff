import { IconMailExclamation } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useFormats } from '../../format/use-formats.ts'
import { useTexts } from '../../texts/texts.ts'
import { completenessQuery } from './campaign-queries.ts'
import styles from './completeness-line.module.css'

const shown = 3

/** Says it when the last nightly check missed something, and nothing otherwise. */
export function CompletenessLine() {
  const { completeness: texts } = useTexts()
  const { day, number } = useFormats()
  const check = useQuery(completenessQuery).data?.items[0]
  if (!check || check.missing.length === 0) return null
  return (
    <aside aria-label={texts.title} className={styles.line}>
      <IconMailExclamation size={22} aria-hidden className={styles.sign} />
      <div>
        <p className={styles.title}>{texts.title}</p>
        <p className={styles.lead}>{texts.lead(day(check.day))}</p>
        <ul className={styles.list}>
          {check.missing.slice(0, shown).map(({ batchId, what, expected, reached }) => (
            <li key={batchId}>
              {texts.missing(what, number(reached), number(expected))}{' '}
              <Link to="/deliveries" search={{ batchId }}>
                {texts.look}
                <span className="unseen"> {what}</span>
              </Link>
            </li>
          ))}
          {check.missing.length > shown && <li>{texts.more(number(check.missing.length - shown))}</li>}
        </ul>
      </div>
    </aside>
  )
}
