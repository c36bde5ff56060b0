// `npm test`: two commands at once, since the first leaves cores idle: `node sideBySide.mjs FIRST SECOND words…`, with
// the further words handed to the second. What the first says is told in one piece when it ends and, if it failed, once
// more at the end, where it is not missed. Fails if either does.

import { spawn } from 'node:child_process'
import process from 'node:process'

const [first = '', second = '', ...words] = process.argv.slice(2)

const run = (command, more, stdio) => {
  const [file, ...argv] = command.split(' ')
  // programs of packages are no files that Windows runs by themselves
  return spawn(file, [...argv, ...more], { stdio, shell: process.platform === 'win32' })
}

/** How a process ended, as a number for the shell. */
const ended = (child) =>
  new Promise((resolve) => {
    child.on('error', (problem) => {
      process.stderr.write(`${problem.message}\n`)
      resolve(127)
    })
    child.on('close', (code) => resolve(code ?? 1))
  })

const types = run(first, [], ['ignore', 'pipe', 'pipe'])
const tests = run(second, words, 'inherit')

// Ctrl-C reaches both by themselves, and they may have something to say; whoever ends this one means both.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => [types, tests].forEach((child) => child.kill()))

let said = ''
for (const stream of [types.stdout, types.stderr]) {
  stream.setEncoding('utf8')
  stream.on('data', (text) => {
    said += text
  })
}
const told = (code) => {
  if (code !== 0 || said !== '') process.stderr.write(`\n${first}: ${code === 0 ? 'well' : 'FAILED'}\n${said}\n`)
  return code
}

const [a, b] = await Promise.all([ended(types).then(told), ended(tests)])
if (a !== 0) told(a)
process.exitCode = a || b
