import { describe, expect, it } from 'vitest'
import { bodyOf, type CampaignForm, emptyCampaign, faultOf, formOf } from './campaign-form.ts'

const text = { subject: 'New opening hours', body: 'From Monday we open at eight.' }
const filled: CampaignForm = {
  ...emptyCampaign,
  name: ' Hours ',
  texts: { ...emptyCampaign.texts, en: text },
}
const audience = (part: Partial<CampaignForm['audience']>): CampaignForm => ({
  ...filled,
  audience: { ...filled.audience, ...part },
})

describe('what a filled form asks for', () => {
  it('names everybody when nothing narrows it', () => {
    expect(bodyOf(filled)).toEqual({
      name: 'Hours',
      template: 'announcement',
      purpose: 'administrative',
      audience: { kind: 'people', role: 'patient' },
      texts: { en: text },
    })
  })

  it('narrows patients by visits, and doctors by department and language only', () => {
    const part = {
      departmentId: 'cardiology',
      doctorId: 'doc-1',
      range: { from: '2026-11-01', to: '2026-11-30' },
      language: 'hi',
    }
    expect(bodyOf(audience(part)).audience).toEqual({
      kind: 'people',
      role: 'patient',
      departmentId: 'cardiology',
      doctorId: 'doc-1',
      from: '2026-11-01',
      to: '2026-11-30',
      language: 'hi',
    })
    expect(bodyOf(audience({ ...part, role: 'doctor' })).audience).toEqual({
      kind: 'people',
      role: 'doctor',
      departmentId: 'cardiology',
      language: 'hi',
    })
  })

  it('says nothing of filters for an uploaded list, nor for those that failed before', () => {
    expect(bodyOf(audience({ kind: 'upload', departmentId: 'cardiology' })).audience).toEqual({
      kind: 'upload',
    })
    expect(bodyOf(audience({ kind: 'failed of', failedOf: 'c-1', language: 'hi' })).audience).toEqual({
      kind: 'failed of',
      campaignId: 'c-1',
    })
  })

  it('comes back as it was when it is edited', () => {
    const form = audience({ departmentId: 'cardiology', range: { from: '2026-11-01' }, language: 'en' })
    expect(bodyOf(formOf(bodyOf(form)))).toEqual(bodyOf(form))
  })
})

describe('what keeps a form from being sent', () => {
  it.each([
    ['needName', { ...filled, name: '  ' }],
    ['needText', { ...filled, texts: { ...filled.texts, en: { subject: 'x', body: ' ' } } }],
    ['needHindi', { ...filled, texts: { ...filled.texts, hi: { subject: '', body: 'नमस्ते' } } }],
    [undefined, filled],
  ] as const)('%s', (fault, form) => {
    expect(faultOf(form)).toBe(fault)
  })
})
