import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Appointment, Task } from '@rounds/contracts/http'
import {
  type ApiClient,
  demoClient,
  followJob,
  logins,
  passwordClient,
  reported,
  startStack,
  type TestStack,
} from '@rounds/stack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectedFile } from './mongo-oracle.ts'
import { until } from './until.ts'

let stack: TestStack
let admin: ApiClient
let doctor: ApiClient
let patient: ApiClient

beforeAll(async () => {
  stack = await startStack({ appointments: 30_000 })
  admin = await demoClient(stack.url, 'admin')
  doctor = await passwordClient(stack.url, logins.doctor.login, logins.doctor.password)
  patient = await demoClient(stack.url, 'patient')
})
afterAll(() => stack?.stop())

describe('a person asks for a report', () => {
  it('gets every appointment, byte for byte as json2csv would write them', async () => {
    const { saved, job } = await reported(admin, { report: 'appointments' }, join(stack.dataDir, 'all.csv'))

    expect(saved.rows).toBe(30_000)
    expect(job.result).toMatchObject({ rows: 30_000, rowsSkipped: 0 })
    const expected = await expectedFile(stack.mongo.url, {
      report: 'appointments',
      role: 'admin',
      requestedBy: admin.session.personId,
    })
    // Not `toEqual`: millions of bytes are compared in one go, and not shown when they differ.
    expect((await readFile(saved.file)).equals(expected)).toBe(true)
  })

  it('sees in it what was just marked as checked, and as a doctor only their own patients', async () => {
    const { items } = await doctor.get<{ items: Appointment[] }>(
      '/v1/appointments?status=booked&order=soonest&limit=1',
    )
    const [booked] = items
    const diagnosis = 'Said "better", left\nhappy; =1+1'
    await doctor.send('PATCH', `/v1/appointments/${booked?.appointmentId}`, { status: 'checked', diagnosis })

    const { saved } = await reported(doctor, { report: 'appointments' }, join(stack.dataDir, 'doctor.csv'))

    const file = await readFile(saved.file)
    const asked = { report: 'appointments', role: 'doctor', requestedBy: doctor.session.personId } as const
    expect(file.equals(await expectedFile(stack.mongo.url, asked))).toBe(true)
    expect(file.toString()).toContain('"Said ""better"", left\nhappy; =1+1"')
    expect(saved.rows).toBeLessThan(2_000)
  })

  it('as a patient reaches nothing of anybody else', async () => {
    const { jobId } = await admin.send<{ jobId: string }>(
      'POST',
      '/v1/reports',
      { report: 'appointments' },
      { 'idempotency-key': 'not-the-patients' },
    )
    await followJob(admin, jobId, { withinMs: 60_000 })
    const foreign = [
      `/v1/jobs/${jobId}`,
      `/v1/jobs/${jobId}/events`,
      `/v1/tasks/${jobId}`,
      `/v1/reports/${jobId}/file`,
    ]
    for (const path of [...foreign, '/v1/jobs/no-such-job'])
      expect([path, (await patient.raw(path)).status]).toEqual([path, 404])

    const { items } = await patient.get<{ items: Appointment[] }>('/v1/appointments?limit=200')
    expect(new Set(items.map((one) => one.patient.id))).toEqual(new Set([patient.session.personId]))

    const { saved } = await reported(patient, { report: 'treatment-history' }, join(stack.dataDir, 'own.csv'))
    const asked = {
      report: 'treatment-history',
      role: 'patient',
      requestedBy: patient.session.personId,
    } as const
    const parameters = { patientId: patient.session.personId }
    expect(
      (await readFile(saved.file)).equals(await expectedFile(stack.mongo.url, { ...asked, parameters })),
    ).toBe(true)
    await expect(
      patient.send(
        'POST',
        '/v1/reports',
        { report: 'treatment-history', parameters: { patientId: 'patient-2' } },
        { 'idempotency-key': 'not-mine' },
      ),
    ).rejects.toMatchObject({ status: 422 })
  })

  it('is told by the Celery bridge what AsyncResult would tell', async () => {
    const { job } = await reported(
      admin,
      { report: 'appointments', parameters: { status: 'missed' } },
      join(stack.dataDir, 'missed.csv'),
    )
    expect(await admin.get<Task>(`/v1/tasks/${job.jobId}`)).toMatchObject({
      task_id: job.jobId,
      status: 'SUCCESS',
      ready: true,
      successful: true,
      result: { rows: job.result?.rows, sha256: job.result?.sha256 },
      traceback: null,
    })
    expect((await admin.raw('/v1/tasks/unheard-of')).status).toBe(404)
  })

  it('gets the same job for the same key, also after the gateway restarted, and 422 for another wish', async () => {
    const ask = (client: ApiClient, report: object) =>
      client.send<{ jobId: string }>('POST', '/v1/reports', report, { 'idempotency-key': 'clicked-twice' })
    const first = await ask(admin, { report: 'appointments', parameters: { status: 'missed' } })

    stack.kill('gateway')
    await until(
      'the gateway is back',
      async () => stack.restarts('gateway'),
      (count) => count === 1,
    )
    await stack.ready('gateway')

    expect((await ask(admin, { report: 'appointments', parameters: { status: 'missed' } })).jobId).toBe(
      first.jobId,
    )
    await expect(ask(admin, { report: 'appointments' })).rejects.toMatchObject({ status: 422 })
    expect((await ask(doctor, { report: 'appointments' })).jobId).not.toBe(first.jobId)
    expect(stack.told.join()).toContain('gateway ended (SIGKILL)')
  })
})
