import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { endWithParent } from '@rounds/local-servers'
import type { Ports } from './ports.ts'

/** Where mails of the demo hospital go, and where they can be read. */
export interface MailCatcher {
  stop(): Promise<void>
}

/** Starts Mailpit where it is installed, and maildev otherwise. Neither passes anything on. */
export async function startMailCatcher(ports: Ports, logFile: string): Promise<MailCatcher> {
  const { command, args } = mailpit(ports) ?? maildev(ports)
  const log = openSync(logFile, 'a')
  const child = endWithParent(spawn(command, args, { stdio: ['ignore', log, log] }))
  const exited = once(child, 'exit')
  try {
    for (let waitedMs = 0; !(await listens(ports.MAIL_SMTP_PORT)); waitedMs += 50) {
      if (child.exitCode !== null || waitedMs > 20_000)
        throw new Error(`the mail catcher does not listen; see ${logFile}`)
      await sleep(50)
    }
  } catch (fault) {
    child.kill('SIGKILL')
    throw fault
  }
  return {
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const stubborn = setTimeout(() => child.kill('SIGKILL'), 3_000)
      await exited
      clearTimeout(stubborn)
    },
  }
}

interface Command {
  readonly command: string
  readonly args: readonly string[]
}

function maildev({ MAIL_SMTP_PORT, MAIL_WEB_PORT }: Ports): Command {
  const main = fileURLToPath(new URL('bin/maildev.js', import.meta.resolve('maildev')))
  // Of a campaign to many the last are enough.
  const limits = ['--ip', '127.0.0.1', '--web-ip', '127.0.0.1', '--max-emails', '5000']
  return {
    command: process.execPath,
    args: [main, '--smtp', `${MAIL_SMTP_PORT}`, '--web', `${MAIL_WEB_PORT}`, ...limits],
  }
}

function mailpit({ MAIL_SMTP_PORT, MAIL_WEB_PORT }: Ports): Command | undefined {
  if (spawnSync('mailpit', ['version']).status !== 0) return undefined
  const addresses = ['--smtp', `127.0.0.1:${MAIL_SMTP_PORT}`, '--listen', `127.0.0.1:${MAIL_WEB_PORT}`]
  return { command: 'mailpit', args: addresses }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
