import { type ReactNode, useEffect } from 'react'
import { useTexts } from '../texts/texts.ts'
import styles from './page.module.css'
import { usePercent } from './window-title.ts'

interface PageProps {
  readonly title: string
  readonly lead?: ReactNode
  readonly above?: ReactNode
  readonly actions?: ReactNode
  readonly narrow?: boolean
  readonly children: ReactNode
}

/** A page: its one h1, what can be done here, and the title of the window. */
export function Page({ title, lead, above, actions, narrow = false, children }: PageProps) {
  const texts = useTexts()
  const percent = usePercent()
  useEffect(() => {
    document.title = texts.app.title(title, percent)
  }, [texts, title, percent])
  return (
    <div className={narrow ? styles.narrow : styles.page}>
      {above}
      <div className={styles.head}>
        <div className={styles.words}>
          <h1 className={styles.title}>{title}</h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  )
}
