import { IconArrowLeft } from '@tabler/icons-react'
import { createLink } from '@tanstack/react-router'
import type { ComponentProps } from 'react'
import styles from './back.module.css'

/** The way to the list that this belongs to. */
export const Back = createLink(({ children, ...others }: ComponentProps<'a'>) => (
  <a {...others} className={styles.back}>
    <IconArrowLeft size={17} aria-hidden />
    {children}
  </a>
))
