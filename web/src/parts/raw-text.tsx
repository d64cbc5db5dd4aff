import styles from './raw-text.module.css'

/** A text as it came. Longer than its box, it scrolls by itself and can be reached by keyboard for that. */
export const RawText = ({ children }: { readonly children: string }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable without a pointer (WCAG 2.1.1).
  <pre className={styles.raw} tabIndex={0}>
    {children}
  </pre>
)
