import type { TablerIcon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import styles from './empty.module.css'

interface EmptyProps {
  readonly icon: TablerIcon
  readonly title: string
  readonly detail: string
  /** The one thing to do next. */
  readonly action?: ReactNode
}

export function Empty({ icon: Icon, title, detail, action }: EmptyProps) {
  return (
    <div className={styles.empty}>
      <span className={styles.sign}>
        <Icon size={28} stroke={1.6} aria-hidden />
      </span>
      <h2 className={styles.title}>{title}</h2>
      <p className={styles.detail}>{detail}</p>
      {action}
    </div>
  )
}
