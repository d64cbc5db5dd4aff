import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyPluginCallback, FastifyRequest, HTTPMethods } from 'fastify'
import { sendProblem } from './error-handler.ts'
import { notFound, ProblemError } from './problem-error.ts'

/** The built web UI. */
export interface WebPages {
  readonly dir: string
  /** The one page that every address of the UI's own router leads to. */
  readonly index: string
}

export const readWebPages = async (dir: string): Promise<WebPages> => ({
  dir,
  index: await readFile(join(dir, 'index.html'), 'utf8'),
})

/** Serves the web UI, and answers for every address that leads nowhere. */
export async function serveWebPages(app: FastifyInstance, pages: WebPages | undefined): Promise<void> {
  if (pages) await app.register(files(pages.dir))

  app.setNotFoundHandler(async (request, reply) => {
    if (pages && isPage(request)) {
      return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(pages.index)
    }
    const allowed = methodsAt(app, request.url.split('?', 1)[0] ?? '/')
    return sendProblem(request, reply, allowed.length > 0 ? wrongMethod(allowed) : notFound())
  })
}

const files =
  (root: string): FastifyPluginCallback =>
  (app, _options, done) => {
    app.addHook('onRoute', (route) => {
      route.config = { ...route.config, policy: 'public' }
      route.schema = { ...route.schema, hide: true }
    })
    // A range counts in the bytes of the file itself, and a weak tag cannot say that those are the same (RFC 9110, 13.1.5).
    app.addHook('onRequest', async ({ raw: { headers } }) => {
      if (String(headers['if-range']).startsWith('W/')) delete headers.range
      if (headers.range !== undefined) delete headers['accept-encoding']
    })
    app.register(fastifyStatic, {
      root,
      // One route per file that is there: no path that a caller made up is ever looked for on the disk.
      wildcard: false,
      // What the build made beside each file, in brotli and gzip, is sent in its place and has no address of its own.
      preCompressed: true,
      globIgnore: ['**/*.{br,gz}'],
      cacheControl: false,
      setHeaders: (reply, path) => {
        // Vite puts a hash of the content into these names.
        const isHashed = /[\\/]assets[\\/]/.test(path)
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
    done()
  }

/** Browsers name HTML when a person follows a link; scripts, theirs included, do not. */
export const wantsPage = ({ accept }: FastifyRequest['headers']): boolean =>
  String(accept).includes('text/html')

/** Whether a browser asks for a page: an address of the UI's own router, which knows what is missing there. */
export function isPage({ method, url, headers }: FastifyRequest): boolean {
  const isForMachines = /^\/(v1|docs|schemas|assets|openapi\.json)(\/|\?|$)/.test(url)
  return method === 'GET' && !isForMachines && wantsPage(headers)
}

const methods: readonly HTTPMethods[] = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE']

const methodsAt = (app: FastifyInstance, url: string) =>
  methods.filter((method) => app.findRoute({ method, url }) !== null)

const wrongMethod = (allowed: readonly string[]) =>
  new ProblemError(405, 'WRONG_METHOD', 'This cannot be done here', {
    headers: { allow: allowed.join(', ') },
  })
