/**
 * Words that tell something about somebody's health, or let it be guessed, by how they begin. A subject is read on locked screens,
 * over shoulders and in the logs of every relay. The list is for hospitals to lengthen; a word too many costs a rewording.
 */
const beginnings = {
  en: [
    'abort',
    'addict',
    'alcohol',
    'allerg',
    'arthrit',
    'asthma',
    'biops',
    'blood',
    'cancer',
    'cardio',
    'chemo',
    'clinical',
    'contracept',
    'covid',
    'dement',
    'depress',
    'dermat',
    'diabet',
    'diagnos',
    'dialysis',
    'disease',
    'epilep',
    'fertil',
    'gynaec',
    'gynec',
    'hepat',
    'hypertens',
    'infect',
    'insulin',
    'leprosy',
    'leuk',
    'lymph',
    'malaria',
    'matern',
    'medicat',
    'medicine',
    'menta',
    'miscarr',
    'mri',
    'nephro',
    'neuro',
    'obstetr',
    'oncolog',
    'pathol',
    'pregnan',
    'prescri',
    'psych',
    'radiolog',
    'radiother',
    'rehab',
    'schizo',
    'sexual',
    'suicid',
    'surger',
    'surgic',
    'symptom',
    'syphilis',
    'therap',
    'transplant',
    'treatment',
    'tubercul',
    'tumor',
    'tumour',
    'ultrasound',
    'urolog',
    'vaccin',
    'venere',
    'x-ray',
    'xray',
  ],
  hi: [
    'अवसाद',
    'इलाज',
    'एक्सरे',
    'एचआईवी',
    'एड्स',
    'ऑपरेशन',
    'कीमो',
    'कैंसर',
    'कैन्सर',
    'गर्भ',
    'जाँच',
    'जांच',
    'टीका',
    'टीबी',
    'दवा',
    'निदान',
    'बीमार',
    'मधुमेह',
    'मनोचिकित्स',
    'मानसिक',
    'रक्त',
    'रोग',
    'लक्षण',
    'शल्य',
    'संक्रम',
  ],
}

/** Too short, or too much like other words, to be known by their beginning. */
const wholeWords = new Set([
  'aids',
  'ecg',
  'hiv',
  'lab',
  'labs',
  'result',
  'results',
  'scan',
  'scans',
  'std',
  'sti',
  'tb',
  'test',
  'tests',
])

const all = [...beginnings.en, ...beginnings.hi].map(plain)

/** The first clinical word of a text, in English or Hindi, whatever its case and spelling of accents; undefined when there is none. */
export function clinicalWord(text: string): string | undefined {
  // Joiners shape Devanagari and change no word.
  const words = plain(text).match(/[\p{L}\p{M}\p{N}-]+/gu) ?? []
  return words
    .flatMap((word) => [word, ...word.split('-')])
    .find((word) => wholeWords.has(word) || all.some((beginning) => word.startsWith(beginning)))
}

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\u00ad\u200b-\u200d\u2060]/g, '')
    .toLowerCase()
}
