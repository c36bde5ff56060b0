import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'

/** Where an editor lands that goes to the definition of a name in a file: TypeScript's own server is asked. */
export const definitionOf = async (root, file, name) => {
  const server = spawn(process.execPath, [join(root, 'node_modules/typescript/lib/tsserver.js')], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  try {
    const text = readFileSync(file, 'utf8')
    const before = text.slice(0, text.lastIndexOf(name)).split('\n')
    const where = { file, line: before.length, offset: before.at(-1).length + 1 }
    const ask = (seq, command, given) =>
      server.stdin.write(`${JSON.stringify({ seq, type: 'request', command, arguments: given })}\n`)
    ask(1, 'open', { file })
    ask(2, 'definition', where)
    for await (const line of createInterface({ input: server.stdout })) {
      if (!line.startsWith('{')) continue
      const { request_seq: answered, body } = JSON.parse(line)
      if (answered === 2) return body?.map(({ file: there, start }) => `${there}:${start.line}`) ?? []
    }
    return []
  } finally {
    server.kill()
  }
}
