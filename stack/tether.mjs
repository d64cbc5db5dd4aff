import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Loaded before a child's own program: when its parent is gone, however suddenly, the child is asked to stop. The program
// knows nothing of it, and the channel alone keeps no process alive.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()

// Half of what a service does until it is ready is reading TypeScript that it has read before.
enableCompileCache(fileURLToPath(new URL('../.cache/compile', import.meta.url)))
