import { Link } from '@tanstack/react-router'
import { useTexts } from '../../texts/texts.ts'
import styles from './chain-page.module.css'

/** The way from anything to what set it off, and to what it set off. Only for whoever has that page. */
export function ChainLink({ about }: { readonly about: string }) {
  return (
    <Link to="/chains" search={{ about }} className={styles.link}>
      {useTexts().chains.follow}
    </Link>
  )
}
