import { defineTemplate, link, neutral, personal } from '../../src/template.ts'

export const signInLink = defineTemplate({
  id: 'sign-in-link',
  version: 1,
  about: 'A link to sign in with once, after many wrong passwords were tried for an account.',
  purpose: 'care',
  lane: 'care',
  inDoubt: 'hold',
  mayUnsubscribe: false,
  isSecurity: true,
  variables: {
    hospitalName: neutral('The hospital'),
    recipientName: personal('Whose account it is'),
    signInUrl: link('Where the page signs them in'),
  },
  sample: {
    hospitalName: 'Rounds Hospital',
    recipientName: 'Ravi Example',
    signInUrl: 'https://rounds.example.test/sign-in#link=example',
  },
  subjects: {
    en: 'Your sign-in link, {{ hospitalName }}',
    hi: 'आपका साइन इन लिंक, {{ hospitalName }}',
  },
})
