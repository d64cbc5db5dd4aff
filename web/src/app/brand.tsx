import { useQuery } from '@tanstack/react-query'
import { welcomeQuery } from '../features/sign-in/session.ts'
import { useTexts } from '../texts/texts.ts'
import styles from './brand.module.css'

export function Brand() {
  const { data: welcome } = useQuery(welcomeQuery)
  return (
    <div className={styles.brand}>
      <img src="/icon.svg" alt="" width={34} height={34} />
      <div>
        <div className={styles.name}>{useTexts().app.name}</div>
        <div className={styles.hospital}>{welcome?.hospital}</div>
      </div>
    </div>
  )
}
