import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalNats, type NatsOptions, shippedNatsConf } from '@rounds/local-servers'

/** Who reads the streams of a hospital under test. No user of the shipped configuration may. */
export const witness = { user: 'witness', pass: 'of-a-test' }

/** Starts NATS with the shipped configuration and one more user. */
export const withWitness =
  (start: (options: NatsOptions) => Promise<LocalNats>) =>
  async (options: NatsOptions = {}): Promise<LocalNats> => {
    const dir = await mkdtemp(join(tmpdir(), 'rounds-witness-'))
    try {
      const shipped = await readFile(shippedNatsConf, 'utf8')
      const conf = join(dir, 'nats.conf')
      const user = `{ user: ${witness.user}, password: ${witness.pass} }`
      await writeFile(
        conf,
        shipped.replace(/HOSPITAL \{[^[]*users: \[/, (users) => `${users}\n      ${user}`),
      )
      return await start({ ...options, conf })
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  }
