import type { englishChat } from './english-chat.ts'

type ChatTexts = typeof englishChat

/** What the hospital's own people read of chat beside an appointment, in Hindi. */
export const hindiChat: Pick<ChatTexts, 'spaceNews' | 'postState' | 'chatTold'> = {
  spaceNews: {
    'appointment.booked': 'तय हुई',
    'appointment.rescheduled': 'समय बदला',
    'appointment.cancelled': 'रद्द हुई',
    'appointment.checked': 'डॉक्टर ने जाँच की',
    'appointment.missed': 'मरीज़ नहीं आए',
  },
  postState: {
    waiting: 'इंतज़ार में',
    posting: 'भेजा जा रहा है',
    posted: 'भेजा गया',
    stale: 'अब पुरानी बात',
    failed: 'मना किया गया',
    'in doubt': 'संदेह में',
    cancelled: 'छोड़ दिया गया',
  },
  chatTold: {
    sent: (time) => `चैट: ${time} पर भेजा गया`,
    waiting: 'चैट: इंतज़ार में',
    stopped: 'चैट: स्पेस रुका हुआ है',
    'in doubt': 'चैट: संदेह में',
    'not sent': 'चैट: नहीं भेजा गया',
    of: (name) => `${name} की मुलाक़ात के चैट संदेश`,
  },
}
