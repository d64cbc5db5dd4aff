import { describe, expect, it } from 'vitest'
import { listeningInodes, shortName } from './port-holder.ts'

describe('listeningInodes', () => {
  it('finds listening sockets of the port, and not connections from or to it', () => {
    const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0438 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0
   1: 0100007F:0438 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0
   2: 0100007F:D2F0 0100007F:0438 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0`

    expect(listeningInodes(table, 1080)).toEqual(['4711'])
  })
})

describe('shortName', () => {
  it.each([
    [
      'node maildev.js',
      ['/opt/bin/node', '--import', 'file:///x/tether.mjs', '/opt/maildev.js', '--smtp', '1'],
    ],
    ['mongod', ['/opt/bin/mongod', '--keyFile', '/secret/key']],
    ['python3 app.py', ['/usr/bin/python3', 'app.py', '--password', 'secret']],
  ])('is %s, without directories and arguments', (name, command) => {
    expect(shortName(command)).toBe(name)
  })
})
