import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OperatorError } from '@rounds/kernel'
import { natsFilesIn, reloadNats } from '@rounds/local-servers'
import { type Partner, partnersConfig } from '@rounds/messaging'
import { underLock } from './sqlite-lock.ts'

/** The broker of `npm start` on this machine. */
export interface LocalBroker {
  /**
   * Writes who may come, and has the broker read it. Whoever is no longer in it is cut off with that. `whoMay` is asked while
   * nobody else writes: of two who let systems in at once, the later one writes both.
   */
  letCome(whoMay: () => Promise<readonly Partner[]>): Promise<void>
  /** Resolves once what the system says has a place to be stored. */
  whenStored(systemId: string): Promise<void>
}

export function localBroker(
  dataDir: string,
  monitorUrl: string,
  readAgain: typeof reloadNats = reloadNats,
): LocalBroker {
  const dir = join(dataDir, 'nats')
  const { partners: file } = natsFilesIn(dir)
  return {
    letCome: (whoMay) =>
      underLock(`${file}.lock`, async () => {
        // Whole or not at all: half a file would keep the broker from starting.
        await writeFile(`${file}.new`, partnersConfig(await whoMay()), { mode: 0o600 })
        await rename(`${file}.new`, file)
        await readAgain(dir, monitorUrl)
      }),
    async whenStored(systemId) {
      const deadline = Date.now() + 60_000
      while (!(await streamsAt(monitorUrl)).includes(`INTAKE_${systemId}`)) {
        if (Date.now() > deadline)
          throw new OperatorError('The provisioner has made no stream for it: does `npm start` still run?')
        await sleep(200)
      }
    },
  }
}

async function streamsAt(monitorUrl: string): Promise<readonly string[]> {
  const answer = await fetch(`${monitorUrl}/jsz?streams=1`, { signal: AbortSignal.timeout(3_000) })
  const { account_details = [] } = (await answer.json()) as {
    account_details?: readonly { readonly stream_detail?: readonly { readonly name: string }[] }[]
  }
  return account_details.flatMap(({ stream_detail = [] }) => stream_detail.map(({ name }) => name))
}
