// `npm start`: builds the package, with something to see meanwhile, and runs the example.

import { spawn } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const { stderr } = process
const began = performance.now()
const spent = () => `${((performance.now() - began) / 1000).toFixed(0)} s`

/** Runs a program of Node; its exit code, or 1 if a signal ended it. */
const ran = (words) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { cwd: root, stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })

const wheel = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
let turn = 0
const shown = () => stderr.write(`\r${wheel[turn++ % wheel.length]} building the package … ${spent()} `)
const timer = stderr.isTTY ? setInterval(shown, 100) : undefined
if (timer === undefined) stderr.write('building the package …\n')
const failed = await ran(['laws/checks/package/build.mjs'])
clearInterval(timer)
stderr.write(stderr.isTTY ? '\r\x1B[K' : `built in ${spent()}\n`)
process.exitCode = failed === 0 ? await ran(['dist/examples/charlm/main.js', ...process.argv.slice(2)]) : failed
