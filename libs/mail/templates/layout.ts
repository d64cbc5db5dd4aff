import type { Language } from '@rounds/contracts'
import type { MailTemplate } from '../src/template.ts'

/** What every mail says beside its own text. */
const phrases = {
  en: {
    twice: 'This message may reach you twice. It speaks of the same visit.',
    from: 'This message was sent by {{ hospitalName }}.',
    unsubscribe: 'No more messages like this one:',
  },
  hi: {
    twice: 'यह संदेश आपको दो बार मिल सकता है। दोनों एक ही मुलाक़ात के बारे में हैं।',
    from: 'यह संदेश {{ hospitalName }} ने भेजा है।',
    unsubscribe: 'ऐसे संदेश और नहीं चाहिए:',
  },
} as const satisfies Record<Language, Record<string, string>>

function footer(template: MailTemplate, language: Language): string[] {
  const { twice, from } = phrases[language]
  return [...(template.inDoubt === 'resend' ? [twice] : []), from]
}

/** The page around a template's MJML. No picture, no font and no style comes from elsewhere: opening a mail tells nobody. */
export function mjmlPage(template: MailTemplate, language: Language, body: string): string {
  const unsubscribe = template.mayUnsubscribe
    ? `<mj-text mj-class="small">${phrases[language].unsubscribe} <a href="{{ unsubscribeUrl }}">{{ unsubscribeUrl }}</a></mj-text>`
    : ''
  // Devanagari hangs below and stands above the Latin line.
  const lineHeight = language === 'hi' ? '1.8' : '1.5'
  return `<mjml lang="${language}" dir="ltr">
<mj-head>
<mj-title>{{ subject }}</mj-title>
<mj-attributes>
<mj-all font-family="system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Noto Sans Devanagari', Arial, sans-serif" />
<mj-text font-size="16px" line-height="${lineHeight}" color="#1c2430" padding="8px 24px" />
<mj-table font-size="16px" line-height="${lineHeight}" color="#1c2430" padding="8px 24px" />
<mj-class name="small" font-size="13px" color="#4d5866" />
</mj-attributes>
<mj-style inline="inline">th { text-align: left; font-weight: 600; padding: 4px 16px 4px 0; } td { padding: 4px 16px 4px 0; } a { color: #0b57a4; }</mj-style>
</mj-head>
<mj-body background-color="#f3f5f7">
<mj-section background-color="#ffffff" padding="16px 0"><mj-column>
<mj-text font-weight="600">{{ hospitalName }}</mj-text>
${body.trim()}
</mj-column></mj-section>
<mj-section padding="8px 0"><mj-column>
${footer(template, language)
  .map((line) => `<mj-text mj-class="small">${line}</mj-text>`)
  .join('\n')}
${unsubscribe}
</mj-column></mj-section>
</mj-body>
</mjml>`
}

/** The plain text around a template's own. */
export function textPage(template: MailTemplate, language: Language, body: string): string {
  const unsubscribe = template.mayUnsubscribe
    ? [`${phrases[language].unsubscribe}\n{{ unsubscribeUrl }}`]
    : []
  return `${[body.trim(), '-- ', ...footer(template, language), ...unsubscribe].join('\n\n').replace('-- \n\n', '-- \n')}\n`
}
