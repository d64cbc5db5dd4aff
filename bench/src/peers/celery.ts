import { freePorts } from '@rounds/local-servers'
import type { Ground } from '../ground.ts'
import { type Asked, askedProgram, type Program, serverProgram, workProgram } from '../program.ts'

type Environment = Readonly<Record<string, string>>
type Redis = Awaited<ReturnType<Ground['redis']>>

/** Celery with everything as it comes: prefork with two children, acknowledged early, results kept in Redis. */
export async function celeryWorker(
  ground: Ground,
  environment: Environment = {},
  { app, client: script } = { app: 'tasks', client: 'client.py' },
): Promise<{ worker: Program; client: Asked; redis: Redis }> {
  const redis = await ground.redis('everysec')
  const python = await pythonPlan(ground, { ...environment, REDIS_URL: redis.url })
  const worker = ground.ends(
    await workProgram({
      ...python('celery worker'),
      command: python.program('celery'),
      args: ['-A', app, 'worker', '--concurrency', '2', '--loglevel', 'WARNING', '--without-mingle'],
    }),
  )
  const client = ground.ends(
    await askedProgram({
      ...python('celery client'),
      command: python.program('python'),
      args: [script],
    }),
  )
  // The first result comes once the worker is up.
  await client.ask({ count: 1 })
  return { worker, client, redis }
}

/** The door in Flask under gunicorn with two workers of its usual kind. */
export async function flaskDoor(
  ground: Ground,
  environment: Environment,
): Promise<Program & { readonly url: string }> {
  const [port = 0] = await freePorts(1)
  const python = await pythonPlan(ground, environment)
  const door = ground.ends(
    await serverProgram(
      {
        ...python('gunicorn'),
        command: python.program('gunicorn'),
        // An export in the request may take longer than the usual 30 s, after which gunicorn would kill it.
        args: ['--workers', '2', '--bind', `127.0.0.1:${port}`, '--timeout', '600', 'door:app'],
      },
      port,
    ),
  )
  return { ...door, url: `http://127.0.0.1:${port}` }
}

async function pythonPlan(ground: Ground, environment: Environment) {
  const { dir, program } = await ground.python()
  // Compiled files would lie in the tree.
  const usual = { ...environment, PYTHONDONTWRITEBYTECODE: '1' }
  return Object.assign((name: string) => ({ ...ground.plan(name, usual), cwd: dir }), { program })
}
