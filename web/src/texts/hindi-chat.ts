import type { englishChat } from './english-chat.ts'

type ChatTexts = typeof englishChat

/** What the hospital's own people read of chat beside an appointment, in Hindi. */
export const hindiChat: Pick<
  ChatTexts,
  'spaceNews' | 'postState' | 'postReasons' | 'stoppedSpaces' | 'chatTold'
> = {
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
  postReasons: {
    STALE: 'बारी बहुत देर से आई',
    SPACE_REMOVED: 'स्पेस हटा दिया गया',
    SPACE_OFF: 'स्पेस बंद है',
    NOT_REPLAYED: 'जब स्पेस फिर चला तब इसकी ज़रूरत नहीं रही',
    NO_SUCH_APPOINTMENT: 'मुलाक़ात अब नहीं है',
    MESSAGE_REFUSED: 'Google Chat यह संदेश नहीं लेता',
    MESSAGE_REFUSED_AFTER_DOUBT: 'Google Chat यह संदेश नहीं लेता; वहाँ पहुँचा या नहीं, पता नहीं',
    STALE_AFTER_DOUBT: 'बारी बहुत देर से आई; वहाँ पहुँचा या नहीं, कोई नहीं जानता',
    SPACE_REMOVED_AFTER_DOUBT: 'स्पेस हटा दिया गया; वहाँ पहुँचा या नहीं, कोई नहीं जानता',
    SPACE_OFF_AFTER_DOUBT: 'स्पेस बंद है; वहाँ पहुँचा या नहीं, कोई नहीं जानता',
    NOT_REPLAYED_AFTER_DOUBT: 'जब स्पेस फिर चला तब इसकी ज़रूरत नहीं रही; वहाँ पहुँचा या नहीं, कोई नहीं जानता',
    NO_SUCH_APPOINTMENT_AFTER_DOUBT: 'मुलाक़ात अब नहीं है; वहाँ पहुँचा या नहीं, कोई नहीं जानता',
    NO_ANSWER: 'Google Chat ने नहीं बताया कि उसने लिया या नहीं',
    RESTORED: 'डेटाबेस ऐसे बैकअप से बहाल किया गया जो इसके पूरा होने से पहले का है',
  },
  stoppedSpaces: (count) => `${count} रुके हुए`,
  chatTold: {
    sent: (time) => `चैट: ${time} पर भेजा गया`,
    waiting: 'चैट: इंतज़ार में',
    stopped: 'चैट: स्पेस रुका हुआ है',
    'in doubt': 'चैट: संदेह में',
    'not sent': 'चैट: नहीं भेजा गया',
    of: (name) => `${name} की मुलाक़ात के चैट संदेश`,
  },
}
