import { readFile } from 'node:fs/promises'
import { Parser } from '@asyncapi/parser'
import { createConfig, lintFromString } from '@redocly/openapi-core'

/** Says, as JSON lines, what other people's tools think of the documents in these two files. */
const [asyncapiFile, openapiFile] = process.argv.slice(2)

const severities = ['error', 'warn', 'info', 'hint']

const { diagnostics } = await new Parser().parse(await readFile(asyncapiFile, 'utf8'))
for (const { severity, message, path } of diagnostics)
  say('asyncapi.json', severities[severity], message, `/${path.join('/')}`)

const problems = await lintFromString({
  source: await readFile(openapiFile, 'utf8'),
  absoluteRef: openapiFile,
  config: await createConfig({ extends: ['recommended'] }),
})
for (const { severity, message, ruleId, location } of problems)
  say('openapi.json', severity, `${message} (${ruleId})`, location[0]?.pointer ?? '')

function say(document, severity, message, pointer) {
  console.log(JSON.stringify({ document, severity, message, pointer }))
}
