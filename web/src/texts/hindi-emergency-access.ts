import type { englishEmergencyAccess } from './english-emergency-access.ts'

/** The same in Hindi. Part of `hindi`. */
export const hindiEmergencyAccess: typeof englishEmergencyAccess = {
  emergencyAccess: {
    lead: 'वे डॉक्टर जिन्होंने ऐसे मरीज़ का इतिहास खोला जिसका वे इलाज नहीं करते, और उनका बताया कारण।',
    caption: 'आपातकालीन पहुँच, नया पहले',
    opened: 'कब खोला',
    until: 'कब तक',
    doctor: 'डॉक्टर',
    patient: 'मरीज़',
    reason: 'कारण',
    reasonHint: 'कम से कम 10 अक्षर। प्रशासक इसे पढ़ते हैं। निदान न लिखें।',
    empty: 'कोई आपातकालीन पहुँच नहीं',
    emptyDetail: 'जब कोई डॉक्टर ऐसे मरीज़ का इतिहास खोलता है जिसका वह इलाज नहीं करता, तो वह यहाँ दिखता है।',
    offer: 'आपात स्थिति में खोलें',
    dialogTitle: 'क्या आपात स्थिति में यह इतिहास खोलें?',
    dialogDetail:
      'आप इस मरीज़ का इलाज नहीं करते। आप इतिहास एक घंटे के लिए खोल सकते हैं। यह आपके नाम के साथ दर्ज होता है और प्रशासकों को दिखता है।',
    dialogYes: 'एक घंटे के लिए खोलें',
    dialogNo: 'रद्द करें',
  },
}
