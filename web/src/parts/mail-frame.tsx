import { useEffect, useRef, useState } from 'react'
import styles from './mail-frame.module.css'
import { quietHtml } from './quiet-html.ts'

interface MailFrameProps {
  readonly html: string
  readonly title: string
  readonly width: 'desktop' | 'phone'
}

/**
 * A mail as it would arrive, shut off: no scripts, no forms, no way out. The policy of the page holds inside too and
 * refuses inline styles, of which mails are made; so they are taken out of the text and put back as constructed ones.
 */
export function MailFrame({ html, title, width }: MailFrameProps) {
  const frame = useRef<HTMLIFrameElement>(null)
  const [isLoaded, setLoaded] = useState(false)
  useEffect(() => {
    if (isLoaded && frame.current) fill(frame.current, html)
  }, [html, isLoaded])
  return (
    <div className={styles.around}>
      <iframe
        ref={frame}
        title={title}
        sandbox="allow-same-origin"
        srcDoc="<!doctype html><title></title>"
        onLoad={() => setLoaded(true)}
        className={styles.frame}
        data-width={width}
      />
    </div>
  )
}

function fill(frame: HTMLIFrameElement, html: string): void {
  const [inside, theirs] = [frame.contentDocument, frame.contentWindow as (Window & typeof globalThis) | null]
  if (!inside || !theirs) return
  const mail = new DOMParser().parseFromString(quietHtml(html), 'text/html')
  const sheet = new theirs.CSSStyleSheet()
  sheet.replaceSync([...mail.querySelectorAll('script')].map(({ textContent }) => textContent).join('\n'))
  for (const dead of mail.querySelectorAll('script, meta, link, base, iframe, object, embed')) dead.remove()
  for (const link of mail.querySelectorAll('a[href]')) {
    link.setAttribute('title', link.getAttribute('href') ?? '')
    link.removeAttribute('href')
  }
  inside.replaceChild(inside.adoptNode(mail.documentElement), inside.documentElement)
  inside.adoptedStyleSheets = [sheet]
  for (const styled of inside.querySelectorAll<HTMLElement>('[data-look]'))
    styled.style.cssText = styled.dataset.look ?? ''
}
