import { type ComponentType, type ReactNode, use } from 'react'
import { LazyPart, whyMissing } from './lazy-part.ts'

/**
 * A component that is loaded when it is first shown. Unlike React’s and the router’s own it may be asked for again once it
 * failed, and never loads the page anew by itself, which would lose what somebody typed.
 */
export function lazily<Props extends object>(importer: () => Promise<(props: Props) => ReactNode>) {
  const part = new LazyPart(
    async (): Promise<ComponentType<Props>> => {
      await askAgainForStyles()
      return importer()
    },
    { explain: (cause) => whyMissing(cause, { entry: entry(), readIndex }) },
  )
  function Lazily(props: Props) {
    const { module: Component, failure } = part
    if (Component) return <Component {...props} />
    if (failure) throw failure.error
    use(part.load())
    return null
  }
  return Object.assign(Lazily, { preload: () => part.load() })
}

const entry = () => document.querySelector('script[type=module][src]')?.getAttribute('src') ?? ''

async function readIndex(): Promise<string> {
  const answer = await fetch('/', { cache: 'no-store', headers: { accept: 'text/html' } })
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`)
  return answer.text()
}

/** Vite looks only whether there is a link, so one whose sheet never arrived would leave the part without its looks. */
async function askAgainForStyles(): Promise<void> {
  const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')]
  await Promise.all(links.filter(({ sheet }) => sheet === null).map(askAgain))
}

const askAgain = (link: HTMLLinkElement) =>
  new Promise<void>((resolve, reject) => {
    const again = link.cloneNode() as HTMLLinkElement
    again.addEventListener('load', () => resolve())
    again.addEventListener('error', () => reject(new Error(`Unable to preload CSS for ${again.href}`)))
    link.replaceWith(again)
  })
