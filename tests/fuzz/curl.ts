import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FuzzRequest } from './requests.ts'

let kept = 0

/** The request as a line for a shell; what is too long for one lies in a file. */
export function curlLine(url: string, { method, target, headers, body }: FuzzRequest): string {
  const words = ['curl', '-sS', '-i', '--path-as-is', ...(method === 'HEAD' ? ['-I'] : ['-X', method])]
  // Read toLiteral: brackets and braces mean something to curl.
  words.push('-g', quoted(`${url}${target.startsWith('/') ? target : `/${target}`}`))
  for (const [name, value] of Object.entries(headers)) words.push('-H', quoted(`${name}: ${value}`))
  if (body !== undefined && body.length <= 1_000) words.push('--data-binary', quoted(body))
  if (body !== undefined && body.length > 1_000) {
    const file = join(tmpdir(), `rounds-fuzz-body-${process.pid}-${kept++}`)
    writeFileSync(file, body)
    words.push('--data-binary', `@${file}`)
  }
  return words.join(' ')
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
