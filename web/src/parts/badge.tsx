import type { TablerIcon } from '@tabler/icons-react'
import styles from './badge.module.css'

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'quiet'

/** A state, never by colour alone: sign, word, colour. */
export function Badge({ tone, icon: Icon, children }: { tone: Tone; icon: TablerIcon; children: string }) {
  return (
    <span className={styles.badge} data-tone={tone}>
      <Icon size={15} stroke={2} aria-hidden />
      {children}
    </span>
  )
}
