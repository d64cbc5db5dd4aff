import { Button } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { ProblemNote } from '../parts/problem-note.tsx'
import { useTexts } from '../texts/texts.ts'

/** Where a page broke, or its data could not be had at all. */
export function Fault({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  const router = useRouter()
  const texts = useTexts()
  const again = () => {
    reset()
    void router.invalidate()
  }
  return (
    <main style={{ maxWidth: '40rem', margin: '4rem auto', padding: '0 1rem' }}>
      <h1>{texts.app.name}</h1>
      <ProblemNote error={error} onRetry={again} />
      <Button mt="md" variant="subtle" onClick={() => window.location.reload()}>
        {texts.problem.reload}
      </Button>
    </main>
  )
}
