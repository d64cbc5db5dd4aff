import type { ReactNode } from 'react'
import styles from './table.module.css'

interface TableProps {
  readonly caption: string
  readonly head: readonly string[]
  readonly children: ReactNode
}

/** Rows of facts. Too wide for a phone, it scrolls by itself and can be reached by keyboard for that. */
export const Table = ({ caption, head, children }: TableProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable without a pointer (WCAG 2.1.1).
  <section className={styles.scroll} tabIndex={0} aria-label={caption}>
    <table className={styles.table}>
      <caption className="unseen">{caption}</caption>
      <thead>
        <tr>
          {head.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </section>
)
