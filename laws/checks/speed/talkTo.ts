import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A command, or what is answered. */
export type Answer = Readonly<Record<string, unknown>>

/** What answers to commands. */
export interface Peer {
  readonly ask: (command: Answer) => Promise<Answer>
  readonly end: () => void
}

/** A Python that answers one line to each line. It sleeps while it is not asked. */
export const talkTo = (python: string): Peer => {
  const child = spawn(python, ['laws/checks/speed/peers.py'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  // Its streams fail too when it does not start; the promise below says so.
  child.stdin.on('error', () => undefined)
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(new Error(`${python} does not start: ${error.message}`)))
    child.once('exit', (code) => reject(new Error(`${python} ended with ${code}`)))
  })
  failed.catch(() => undefined)
  return {
    ask: async (command) => {
      child.stdin.write(`${JSON.stringify(command)}\n`)
      const line = await Promise.race([lines.next(), failed])
      if (line.done === true) throw new Error(`${python} said nothing`)
      return JSON.parse(line.value) as Answer // peers.py answers with records
    },
    end: () => child.stdin.end(),
  }
}
