import type { Chance } from '@rounds/stack'

const texts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '../../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '%2e%2e%2f%2e%2e%2f',
  'C:\\boot.ini',
  "' OR '1'='1",
  '"; drop table people; --',
  '{"$ne":null}',
  '[$ne]',
  '$where',
  '.*',
  '(a+)+$',
  '^(?=(a+))\\1$',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  '-1',
  '1e999',
  '0x10',
  '99999999999999999999',
  '<img src=x onerror=alert(1)>',
  '{{7*7}}',
  '=cmd|/c calc!A1',
  'é'.normalize('NFD'),
  '\u202egnp.exe',
  '\ud800',
  '\ufeff',
  '😀'.repeat(50),
  'ﷺ'.repeat(20),
  'state:failed since:99999999999999999999d',
  'since:-1h kind:report state:$ne',
  '"unclosed',
  'a'.repeat(201),
  'a'.repeat(5_000),
  'x\r\nset-cookie: a=b',
] as const

/** A text that has broken something somewhere. */
export const hostileText = (chance: Chance): string =>
  chance.oneIn(200) ? chance.pick(['A', 'न', '(', '[{']).repeat(100_000) : chance.pick(texts)

/** A JSON value nobody asked for. `__proto__` is a key of its own here, as it is on the wire. */
export function hostileValue(chance: Chance): unknown {
  return chance.pick<() => unknown>([
    () => hostileText(chance),
    () => ({ $ne: null }),
    () => ({ $gt: '' }),
    () => ({ $where: 'sleep(1000)' }),
    () => ({ $regex: '.*', $options: 'i' }),
    () => [{ $ne: null }],
    () => JSON.parse('{"__proto__":{"role":"admin"}}'),
    () => JSON.parse('{"constructor":{"prototype":{"role":"admin"}}}'),
    () => ({ toString: 'x', valueOf: 1, length: -1 }),
    () => null,
    () => [],
    () => ({}),
    () => -1,
    () => 1e308,
    () => true,
    () => nested(chance.pick([10, 1_000])),
    () => Array.from({ length: 1_000 }, (_, index) => index),
  ])()
}

function nested(depth: number): unknown {
  let value: unknown = 'deep'
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { a: value }
  return value
}
