import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const run = (command: string, ...args: readonly string[]) =>
  execFileSync(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'] }).toString()

/** Why nothing can be mounted here; nothing when it can. */
export function cannotMount(...commands: readonly string[]): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux'
  if (process.getuid?.() !== 0) return 'needs root, to mount a file system'
  const missing = commands.filter((command) => !isThere(command))
  return missing.length > 0 ? `needs ${missing.join(' and ')}` : undefined
}

function isThere(command: string): boolean {
  try {
    run('sh', '-c', `command -v ${command}`)
    return true
  } catch {
    return false
  }
}

/** A file system in memory, of that size, over a directory. */
export function mountSmall(directory: string, kib: number): () => void {
  run('mount', '-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', directory)
  return () => void run('umount', '--lazy', directory)
}

/** An ext4 on a file, over a directory, whose power can be cut: what was not synced is gone. */
export function mountCuttable(directory: string, image: string) {
  if (!existsSync(image)) {
    run('truncate', '-s', '200M', image)
    run('mkfs.ext4', '-q', '-F', image)
  }
  const mount = () => run('mount', '-o', 'loop', image, directory)
  mount()
  return {
    /** EXT4_IOC_SHUTDOWN with NOLOGFLUSH: from here on nothing reaches the disk, not even what was written before. */
    cut: () =>
      run(
        'python3',
        '-c',
        "import fcntl,os,struct,sys;fcntl.ioctl(os.open(sys.argv[1],os.O_RDONLY),0x8004587d,struct.pack('I',2))",
        directory,
      ),
    /** As after the power came back. Whoever had files open there has to be gone. */
    remount() {
      run('umount', directory)
      mount()
    },
    unmount: () => void run('umount', '--lazy', directory),
  }
}
