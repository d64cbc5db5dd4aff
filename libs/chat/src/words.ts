import type { Language, SpaceNews } from '@rounds/contracts'

/** Everything that messages say by themselves. */
export interface Words {
  readonly one: Readonly<Record<SpaceNews, string>>
  readonly several: Readonly<Record<SpaceNews, (count: number) => string>>
  readonly news: (count: number) => string
  readonly doctor: string
  readonly department: string
  readonly visit: string
  readonly patient: string
  /** A patient of whose name nothing can be shown. */
  readonly somebody: string
  readonly open: string
  readonly openAll: string
  readonly more: (count: number) => string
  readonly test: string
  readonly testText: string
  readonly testBy: string
}

const english = (what: string) => (count: number) =>
  `${count} ${count === 1 ? 'appointment' : 'appointments'} ${what}`

const hindi = (what: string) => (count: number) => `${count} ${what}`

export const words: Readonly<Record<Language, Words>> = {
  en: {
    one: {
      'appointment.booked': 'Appointment booked',
      'appointment.rescheduled': 'Appointment moved',
      'appointment.cancelled': 'Appointment cancelled',
      'appointment.checked': 'Appointment checked',
      'appointment.missed': 'Appointment missed',
    },
    several: {
      'appointment.booked': english('booked'),
      'appointment.rescheduled': english('moved'),
      'appointment.cancelled': english('cancelled'),
      'appointment.checked': english('checked'),
      'appointment.missed': english('missed'),
    },
    news: (count) => `${count} pieces of news`,
    doctor: 'Doctor',
    department: 'Department',
    visit: 'Appointment at',
    patient: 'Patient',
    somebody: 'a patient',
    open: 'Open in Rounds',
    openAll: 'Open appointments',
    more: (count) => `… and ${count} more, open in Rounds`,
    test: 'Test message',
    testText: 'This space is connected: what it wants to hear will come here.',
    testBy: 'Asked for by',
  },
  hi: {
    one: {
      'appointment.booked': 'अपॉइंटमेंट तय हुआ',
      'appointment.rescheduled': 'अपॉइंटमेंट का समय बदला',
      'appointment.cancelled': 'अपॉइंटमेंट रद्द हुआ',
      'appointment.checked': 'अपॉइंटमेंट पूरा हुआ',
      'appointment.missed': 'मरीज़ नहीं आए',
    },
    several: {
      'appointment.booked': hindi('अपॉइंटमेंट तय हुए'),
      'appointment.rescheduled': hindi('अपॉइंटमेंट का समय बदला'),
      'appointment.cancelled': hindi('अपॉइंटमेंट रद्द हुए'),
      'appointment.checked': hindi('अपॉइंटमेंट पूरे हुए'),
      'appointment.missed': hindi('अपॉइंटमेंट में मरीज़ नहीं आए'),
    },
    news: (count) => `${count} सूचनाएँ`,
    doctor: 'डॉक्टर',
    department: 'विभाग',
    visit: 'अपॉइंटमेंट का समय',
    patient: 'मरीज़',
    somebody: 'एक मरीज़',
    open: 'Rounds में खोलें',
    openAll: 'अपॉइंटमेंट खोलें',
    more: (count) => `… और ${count}, Rounds में खोलें`,
    test: 'परीक्षण संदेश',
    testText: 'यह स्पेस जुड़ गया है: जो सुनना है, वह यहाँ आएगा।',
    testBy: 'किसने माँगा',
  },
}
