import type { Chance } from './chance.ts'

/**
 * Invented people of a hospital where many scripts meet. The last entries are names that have broken somebody's CSV:
 * quotes, commas, letters beyond the basic plane, text that a spreadsheet would run as a formula.
 */
interface People {
  readonly share: number
  readonly given: readonly string[]
  readonly family: readonly string[]
  readonly familyFirst?: boolean
}

const peoples: readonly People[] = [
  {
    share: 58,
    given: list(
      'Aarav Aditi Ananya Arjun Bhavna Chetan Deepa Devika Farhan Gauri Harish Indira Ishaan Jaya Kabir Kavya Lakshmi Manish Meera Nandini Nikhil Pooja Pranav Priya Rahul Rajesh Rekha Rohan Sanjay Sarita Shreya Sunil Tanvi Uma Varun Vidya Vikram Yash Zara Zoya',
    ),
    family: list(
      'Agarwal Banerjee Bhat Chatterjee Das Deshpande Dutta Fernandes Ghosh Gupta Iyer Jain Joshi Kapoor Kaur Khan Krishnan Kulkarni Kumar Menon Mehta Mishra Nair Naik Patel Pillai Rao Reddy Roy Saxena Sen Sharma Shetty Singh Sinha Srinivasan Thomas Trivedi Varma Yadav',
    ),
  },
  {
    share: 12,
    given: list(
      'अनन्या आरव दीपिका गौरी हर्ष ईशा कविता लक्ष्मी मीरा नीलम प्रिया राहुल रोहन संजय शिवानी सुनील विजय यश',
    ),
    family: list('अग्रवाल चौधरी गुप्ता जोशी कुलकर्णी मिश्रा पाटील शर्मा सिंह त्रिवेदी वर्मा यादव'),
  },
  {
    share: 7,
    given: list('அருண் கவிதா செல்வி தமிழ் நந்தினி பிரியா மாலதி முருகன் ரவி லட்சுமி'),
    family: list('கிருஷ்ணன் சுப்ரமணியன் நாராயணன் பாண்டியன் ராமசாமி வெங்கடேசன்'),
  },
  {
    share: 7,
    given: list('অনিন্দিতা অর্ণব ঋতুপর্ণা চন্দন দেবযানী পার্থ মৌসুমী রঞ্জন শর্মিলা সৌরভ'),
    family: list('ঘোষ চট্টোপাধ্যায় দাস বন্দ্যোপাধ্যায় মুখোপাধ্যায় রায় সেন'),
  },
  {
    share: 5,
    given: list('أمينة خالد زينب سلمى عائشة عمر فاطمة محمد يوسف'),
    family: list('الأنصاري الحسن الخطيب العلي النجار حداد'),
  },
  {
    share: 4,
    given: list('芳 伟 娜 敏 静 強 磊 洋 勇 艳'),
    family: list('王 李 张 刘 陳 楊 黃 趙 吳'),
    familyFirst: true,
  },
  {
    share: 5,
    given: list('Zoë Renée Björn Łukasz Siân Nuño Chloé Søren Ünal Đặng Jiří'),
    family: list('Müller Ångström Núñez D’Souza Brontë Šimůnek Œuvrard Nguyễn Kępiński'),
  },
]

const awkward: readonly string[] = [
  'Robert "Bobby" Tables, Jr.',
  "Siobhán O'Brien",
  'Mary-Jane D\'Souza, née "Pinto"',
  'Asha 🌸 Rao',
  'Noor 𝒮. Qureshi',
  '𠮷野 家子',
  'José Ma. 👩🏽‍⚕️ Cruz',
  '=HYPERLINK("http://example.test/x","open me")',
  '+91 98450 00000',
  '-5 Rao',
  '@cmd Kumar',
  '=SUM(A1:A9)',
  '＝１＋１ Iyer',
  '\tTabitha Tab',
  'Ana  Double  Space ',
  'null',
]

const lots = peoples.flatMap((people) => Array.from({ length: people.share }, () => people))

/** Somebody's name; about one in fifty is awkward. */
export function personName(chance: Chance): string {
  if (chance.oneIn(50)) return chance.pick(awkward)
  const { given, family, familyFirst } = chance.pick(lots)
  const [first, last] = [chance.pick(given), chance.pick(family)]
  return familyFirst ? `${last}${first}` : `${first} ${last}`
}

function list(words: string): readonly string[] {
  return words.split(' ')
}
