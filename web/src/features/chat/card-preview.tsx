import type { Language } from '@rounds/contracts/http'
import { useQuery } from '@tanstack/react-query'
import { useFormats } from '../../format/use-formats.ts'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './card-preview.module.css'
import { type CardLine, type ChatCard, shownMessage } from './chat-card.ts'
import { chatPreviewQuery, type PreviewWish } from './chat-queries.ts'

/** The message as it would stand in the space, about appointments that nobody has. */
export function CardPreview({ wish }: { readonly wish: PreviewWish }) {
  const { cardPreview: texts } = useTexts()
  const { number } = useFormats()
  const preview = useQuery(chatPreviewQuery(wish))
  if (preview.isError) return <ProblemNote error={preview.error} onRetry={() => void preview.refetch()} />
  if (!preview.data) return null
  const { cards, fallback } = shownMessage(preview.data.message)
  return (
    <section aria-label={texts.label} className={styles.preview}>
      <div className={styles.message}>
        <p className={styles.sender}>{texts.sender}</p>
        {cards.map((card) => (
          <Card key={card.title} card={card} language={wish.language} />
        ))}
      </div>
      <p className={styles.small}>
        {texts.notification}: <span lang={wish.language}>{fallback}</span>
      </p>
      <p className={styles.small}>{texts.bytes(number(preview.data.bytes))}</p>
    </section>
  )
}

function Card({ card, language }: { readonly card: ChatCard; readonly language: Language }) {
  return (
    <div className={styles.card} lang={language}>
      <div className={styles.head}>
        <p className={styles.title}>{card.title}</p>
        <p className={styles.small}>{card.subtitle}</p>
      </div>
      {card.sections.map(({ header, lines }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: sections have no names, and are replaced all at once.
        <div key={index} className={styles.part}>
          {header && <p className={styles.partTitle}>{header}</p>}
          {lines.map((line, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no names, and are replaced all at once.
            <Line key={at} line={line} />
          ))}
        </div>
      ))}
    </div>
  )
}

function Line({ line }: { readonly line: CardLine }) {
  switch (line.kind) {
    case 'fact':
      return (
        <div className={styles.fact}>
          <p className={styles.small}>{line.label}</p>
          <p className={styles.text}>{line.text}</p>
        </div>
      )
    case 'text':
      return <p className={styles.text}>{line.text}</p>
    case 'link':
      return <span className={styles.link}>{line.text}</span>
    default:
      return line satisfies never
  }
}
