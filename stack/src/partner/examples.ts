/** What a system needs to know to say something. */
export interface Credentials {
  readonly systemId: string
  /** Token for the HTTP door. */
  readonly secret: string
  /** File that holds the seed of its NATS key. */
  readonly seedFile: string
  readonly url: string
  readonly natsUrl: string
  readonly source: string
  readonly sample: Sample
}

/** An appointment of people who are there. */
export interface Sample {
  readonly type: string
  readonly patientNumber: string
  readonly doctorNumber: string
  readonly startsAt: string
  readonly time: string
}

/** The same in every language: copied, it works. Each tells of an appointment of its own, so that each shows. */
export function examples(
  credentials: Credentials,
): Readonly<Record<'curl' | 'nats' | 'python' | 'java' | 'typescript', string>> {
  const { systemId, secret, seedFile, url, natsUrl, source, sample } = credentials
  const { type, time, ...who } = sample
  // Known for ever: what was tried out with earlier credentials must not make this a duplicate.
  const stamp = Date.parse(time).toString(36)
  const id = (by: string) => `${systemId}-${by}-${stamp}`
  const data = (by: string) => ({ appointmentNumber: `A-${by}-${stamp}`, ...who, minutes: 15 })
  const json = (by: string) => JSON.stringify(data(by))
  const event = (by: string) =>
    JSON.stringify({ specversion: '1.0', id: id(by), source, type, time, data: data(by) })
  const attributes = (by: string) => ({
    'ce-specversion': '1.0',
    'ce-id': id(by),
    'ce-source': source,
    'ce-type': type,
    'ce-time': time,
  })
  const each = (by: string, line: (name: string, value: string) => string, between: string) =>
    Object.entries(attributes(by))
      .map(([name, value]) => line(name, value))
      .join(between)
  return {
    curl: `curl -sS ${url}/v1/events \\
  -H 'Authorization: Bearer ${secret}' \\
  -H 'Content-Type: application/cloudevents+json' \\
  -d '${event('curl')}'`,

    nats: `nats --server ${natsUrl} --nkey ${seedFile} request events.${type} \\
  ${each('nats', (name, value) => `-H '${name}:${value}'`, ' \\\n  ')} \\
  '${json('nats')}'`,

    python: `# pip install "nats-py[nkeys]"
import asyncio, nats

async def main():
    nc = await nats.connect("${natsUrl}", nkeys_seed="${seedFile}")
    async def answered(message):
        print("answered:", message.data.decode())
    await nc.subscribe("answers.>", cb=answered)
    ack = await nc.jetstream().publish(
        "events.${type}",
        b'${json('python')}',
        headers={${each('python', (name, value) => `"${name}": "${value}"`, ', ')}},
    )
    print("stored:", ack.stream, ack.seq)
    await asyncio.sleep(1)
    await nc.close()

asyncio.run(main())`,

    java: `// io.nats:jnats 2.20 or newer
import io.nats.client.*;
import io.nats.client.impl.*;
import java.nio.file.*;

public class Say {
  public static void main(String[] args) throws Exception {
    char[] seed = Files.readString(Path.of("${seedFile}")).trim().toCharArray();
    Options options = Options.builder().server("${natsUrl}")
        .authHandler(Nats.staticCredentials(null, seed)).build();
    try (Connection nc = Nats.connect(options)) {
      Headers headers = new Headers();
      ${each('java', (name, value) => `headers.put("${name}", "${value}");`, '\n      ')}
      var ack = nc.jetStream().publish(NatsMessage.builder()
          .subject("events.${type}").headers(headers)
          .data(${JSON.stringify(json('java'))}).build());
      System.out.println("stored: " + ack.getStream() + " " + ack.getSeqno());
    }
  }
}`,

    typescript: `// npm install @nats-io/transport-node @nats-io/jetstream
import { readFileSync } from 'node:fs'
import { jetstream } from '@nats-io/jetstream'
import { connect, headers, nkeyAuthenticator } from '@nats-io/transport-node'

const seed = new TextEncoder().encode(readFileSync('${seedFile}', 'utf8').trim())
const nc = await connect({ servers: '${natsUrl}', authenticator: nkeyAuthenticator(seed) })
const attributes = headers()
${each('typescript', (name, value) => `attributes.set('${name}', '${value}')`, '\n')}
const ack = await jetstream(nc).publish('events.${type}', '${json('typescript')}', { headers: attributes })
console.log('stored:', ack.stream, ack.seq)
await nc.close()`,
  }
}
