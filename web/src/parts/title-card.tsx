import { type ReactNode, useId } from 'react'
import styles from './title-card.module.css'

/** Title cards, one below the other. */
export const CardList = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <ul aria-label={label} className={styles.list}>
    {children}
  </ul>
)

interface TitleCardProps {
  /** The link to its own page. */
  readonly title: ReactNode
  readonly badge: ReactNode
  /** The line below its name. */
  readonly about: ReactNode
  readonly children?: ReactNode
}

/** What a card list shows of one thing: its name, its state, and what matters before it is opened. */
export function TitleCard({ title, badge, about, children }: TitleCardProps) {
  const id = useId()
  return (
    <li>
      <article className={styles.card} aria-labelledby={id}>
        <div className={styles.head}>
          <h2 id={id} className={styles.title}>
            {title}
          </h2>
          {badge}
        </div>
        <p className={styles.about}>{about}</p>
        {children}
      </article>
    </li>
  )
}
