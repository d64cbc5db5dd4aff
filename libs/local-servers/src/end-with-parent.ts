import { type ChildProcess, spawn } from 'node:child_process'

/**
 * Makes a child process end when this process does, however suddenly that happens (`kill -9` included). A shell waits for
 * the end of a pipe of ours, which the system closes when we die, and then kills the child. Does nothing where there is no `sh`.
 */
export function endWithParent<Child extends ChildProcess>(child: Child): Child {
  if (child.pid === undefined) return child
  const guard = spawn('sh', ['-c', 'read _; kill -9 "$0"', String(child.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.on('error', () => {})
  guard.unref()
  const pipe = guard.stdin as unknown as { unref?(): void }
  pipe.unref?.()
  // Or the guard would one day kill an unrelated process that was given the number of a child that is long gone.
  child.once('exit', () => guard.kill('SIGKILL'))
  return child
}
