import type { Chance } from '@rounds/stack'

/** Bytes that no decent client sends. Each makes the door answer and hang up, or hang up. */
export function wireCase(host: string, chance: Chance): Buffer {
  const head = `Host: ${host}\r\nConnection: close\r\n`
  const text = chance.pick<() => string>([
    () => `GET /v1/welcome HTTP/1.1\r\nConnection: close\r\n\r\n`,
    () => `GET /v1/welcome HTTP/9.9\r\n${head}\r\n`,
    () => `GET /v1/welcome\r\n\r\n`,
    () => `GET /v1/wel come HTTP/1.1\r\n${head}\r\n`,
    () => `GET /v1/welcome HTTP/1.1\r\n${head}Bad Header: x\r\n\r\n`,
    () => `GET /v1/welcome HTTP/1.1\r\n${head}X: a\0b\r\n\r\n`,
    () => `GET /v1/welcome HTTP/1.1\r\n${head}X: a\rb\r\n\r\n`,
    () => `GET /v1/welcome HTTP/1.1\r\n${head}X: ${'x'.repeat(20_000)}\r\n\r\n`,
    () => `GET /v1/welcome HTTP/1.1\r\n${head}${'X: y\r\n'.repeat(3_000)}\r\n`,
    () => `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${head}\r\n`,
    () => `GET /v1/\xe9\xff HTTP/1.1\r\n${head}\r\n`,
    () => `GET /v1/welcome HTTP/1.1\r\n${head}Host: other.example.test\r\n\r\n`,
    () => `POST /v1/session HTTP/1.1\r\n${head}Content-Length: -5\r\n\r\n{}`,
    () => `POST /v1/session HTTP/1.1\r\n${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    () => `POST /v1/session HTTP/1.1\r\n${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
    () =>
      `POST /v1/session HTTP/1.1\r\n${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n`,
    () =>
      `POST /v1/session HTTP/1.1\r\n${head}Content-Type: application/json\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    () =>
      `POST /v1/session HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{}`,
    () => `CONNECT evil.example.test:443 HTTP/1.1\r\n${head}\r\n`,
    () => `GET /v1/stream HTTP/1.1\r\n${head}Upgrade: websocket\r\nConnection: upgrade\r\n\r\n`,
    () => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
    () => `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03`,
    () => `GET /v1/welcome HTTP/1.1\r\n${head} folded: x\r\n\r\n`,
    () => `get /v1/welcome HTTP/1.1\r\n${head}\r\n`,
    () => Array.from({ length: 400 }, () => String.fromCharCode(chance.below(256))).join(''),
  ])()
  return Buffer.from(text, 'latin1')
}
