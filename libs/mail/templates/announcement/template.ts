import { Type } from 'typebox'
import { visiblePattern } from '../../src/blank.ts'
import { defineTemplate, link, neutral, personal } from '../../src/template.ts'

export const announcement = defineTemplate({
  id: 'announcement',
  version: 1,
  about: 'A text of your own to many people. It may name the recipient and their department.',
  purpose: 'administrative',
  lane: 'bulk',
  inDoubt: 'hold',
  mayUnsubscribe: true,
  variables: {
    hospitalName: neutral('The hospital'),
    recipientName: personal('Whom it is for'),
    department: Type.String({
      maxLength: 200,
      personal: true,
      description: 'Theirs; empty when they have none',
    }),
    subject: Type.String({
      pattern: visiblePattern,
      maxLength: 200,
      description: 'Written by an admin, in Liquid',
    }),
    body: Type.String({
      pattern: visiblePattern,
      maxLength: 10_000,
      description: 'Written by an admin, in Liquid',
    }),
    unsubscribeUrl: link('Ends these mails'),
    columns: Type.Optional(
      Type.Record(Type.String(), Type.String({ maxLength: 500 }), {
        personal: true,
        description: 'The row of an uploaded list: the body names its columns, such as {{ amount }}',
      }),
    ),
  },
  sample: {
    hospitalName: 'Rounds Hospital',
    recipientName: 'Asha Example',
    department: 'General Medicine',
    subject: 'New opening hours at {{ hospitalName }}',
    body: 'Dear {{ recipientName }},\n\nfrom Monday we open at eight.\nThe pharmacy opens at nine.',
    unsubscribeUrl: 'https://rounds.example.test/u/k1.sample.sample',
  },
  // Both languages say what the admin wrote; its language is chosen with the text.
  subjects: { en: '{{ subject }}', hi: '{{ subject }}' },
})
