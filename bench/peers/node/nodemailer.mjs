// nodemailer's own pool, as its documentation describes it: the next mail is handed over whenever the pool is idle.
import { readFile } from 'node:fs/promises'
import nodemailer from 'nodemailer'
import { answering } from './answering.mjs'

const mail = JSON.parse(await readFile(process.env.MAIL_FILE, 'utf8'))
const connections = Number(process.env.CONNECTIONS)
const transport = nodemailer.createTransport({
  host: '127.0.0.1',
  port: Number(process.env.SMTP_PORT),
  ignoreTLS: true,
  pool: true,
  maxConnections: connections,
})

await answering(async ({ count }) => {
  const startedAt = Date.now()
  let next = 0
  let sent = 0
  const sender = async () => {
    while (next < count) {
      const to = `reader-${next++}@example.test`
      await transport.sendMail({ ...mail, to })
      sent += 1
    }
  }
  // Twice as many as there are connections, so that each finds the next one waiting.
  await Promise.all(Array.from({ length: connections * 2 }, sender))
  return { startedAt, finishedAt: Date.now(), sent }
})
