import type { DeadLetterVerdict } from '@rounds/contracts/http'
import styles from './dead-letter-page.module.css'

/** What is wrong, each at its path. */
export const FaultList = ({ title, faults }: { title: string; faults: DeadLetterVerdict['faults'] }) => (
  <ul className={styles.faults} aria-label={title}>
    {faults.map(({ pointer, detail }) => (
      <li key={`${pointer} ${detail}`}>
        <code>{pointer}</code> {detail}
      </li>
    ))}
  </ul>
)
