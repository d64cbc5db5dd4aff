import { join, resolve } from 'node:path'
import { loadConfig } from './config.ts'
import { readOptions, usage, usualAppointments } from './options.ts'
import { portNames } from './ports.ts'
import { screen } from './screen.ts'
import { logins } from './seed/logins.ts'
import { openStack, root, type Stack } from './stack.ts'
import { tour } from './tour/tour.ts'

const stopAsked = Promise.withResolvers<never>()
// Asked to stop while it starts or tours: what was begun is ended all the same. Asked twice is asked once.
stopAsked.promise.catch(() => {})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => stopAsked.reject(new StopAsked()))
}

class StopAsked extends Error {}

const unlessStopped = <T>(work: Promise<T>): Promise<T> => Promise.race([work, stopAsked.promise])

const exitCode = await run().catch((fault: unknown) => {
  const isForPeople = fault instanceof Error && /^(Operator|Config|Range|Type)Error$/.test(fault.name)
  console.error(isForPeople ? fault.message : fault)
  return 1
})
process.exit(exitCode)

async function run(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options.help) {
    console.log(usage)
    return 0
  }
  const config = loadConfig(process.env)
  const dataDir = resolve(root, config.DATA_DIR)
  const {
    say,
    step,
    tour: show,
  } = options.once ? screen(process.stderr, process.stdout) : screen(process.stdout, undefined)

  say('Rounds is starting:')
  let stack: Stack | undefined
  const opened = openStack({
    ...options,
    dataDir,
    ports: Object.fromEntries(portNames.map((name) => [name, config[name]])) as Record<
      (typeof portNames)[number],
      number
    >,
    zone: config.HOSPITAL_ZONE,
    logLevel: config.LOG_LEVEL,
    web: true,
    catchMail: true,
    usualAppointments,
    // Whoever asks to stop does not wait for a step that takes long.
    step: (what, start) => unlessStopped(step(what, start)),
    tell: (line) => say(`  ! ${line}`),
  })
  try {
    const isReady = await unlessStopped(
      show({
        step: 'ready',
        run: async () => {
          stack = await opened
          return { said: 'Everything is ready.', url: stack.url }
        },
      }),
    )
    if (!isReady || !stack) return 1
    say('\nA tour through the public API:')
    const isAllWell = await takeTour(stack)
    if (options.once) return isAllWell ? 0 : 1
    say(welcome(stack, dataDir, config.MAIL_WEB_PORT))
    await stopAsked.promise
    return 0
  } catch (fault) {
    if (!(fault instanceof StopAsked)) throw fault
    return options.once ? 1 : 0
  } finally {
    say('\nStopping.')
    // Also what is still starting: it stops itself when it fails, and is stopped here when it does not.
    await (await opened.catch(() => undefined))?.stop()
    say('Stopped; nothing is left running. Your data stays for the next start.')
  }

  async function takeTour({ url, seed, chatSink }: Stack): Promise<boolean> {
    const witnesses = { chatUrl: chatSink.url, mailUrl: `http://127.0.0.1:${config.MAIL_WEB_PORT}` }
    for (const one of tour(url, join(dataDir, 'tour'), seed.appointments, witnesses)) {
      const isWell = await unlessStopped(show(one))
      if (!isWell) return false
    }
    return true
  }
}

function welcome({ url, chatSink }: Stack, dataDir: string, mailPort: number): string {
  const accounts = Object.values(logins).map(
    ({ role, login, password }) => `    ${role.padEnd(8)} ${login.padEnd(22)} ${password}`,
  )
  return `
Open ${url} and use a button, or sign in as

${accounts.join('\n')}

  API     ${url}/docs
  Mails   http://127.0.0.1:${mailPort}
  Chat    ${chatSink.url}
  Files   ${join(dataDir, 'tour')}
  Logs    ${join(dataDir, 'logs')}

Ctrl-C stops everything. The next start takes up where this one ended.`
}
