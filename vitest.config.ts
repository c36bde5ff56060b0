import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import type { BackendName } from './laws/checks/backend.js'
import { type LaunchOptions, launchOptions } from './laws/checks/browser/browser.mjs'
import { resettersLast } from './laws/checks/resettersLast.js'
import { tallyReporter } from './laws/checks/tallyReporter.js'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** The package's own name means the sources here; Node cannot load tfjs' gradients by their path, so another file
 *  brings them. */
const alias = (gradients: string) => [
  { find: /^polyak$/, replacement: path('src/index.ts') },
  ...['core', 'cpu', 'wasm', 'webgl', 'node', 'fp'].map((entry) => ({
    find: new RegExp(`^polyak/${entry}$`),
    replacement: path(`src/${entry}.ts`),
  })),
  { find: /^polyak\/gradients$/, replacement: gradients },
  { find: /^polyak\/interop$/, replacement: path('src/interop/index.ts') },
  { find: /^polyak\/layers$/, replacement: path('src/layers/index.ts') },
  { find: /^polyak\/laws$/, replacement: path('laws/index.ts') },
  { find: /^polyak\/laws\/vitest$/, replacement: path('laws/vitest.ts') },
]

/** The end of a test's file name says where it runs; a plain `.test.ts` runs on all three backends. */
const only = (place: string): string => `**/*.${place}.test.ts`
const everywhere = '**/*.test.ts'
const away = ['**/node_modules/**', 'dist/**']

/** Properties draw the same cases on each run, so that what passed today passes tomorrow; `POLYAK_SEED=random` explores
 *  others. */
const seed = process.env['POLYAK_SEED'] === 'random' ? Date.now() % 2 ** 31 : Number(process.env['POLYAK_SEED'] ?? 1964)

const common = (name: string, backend: BackendName) => ({
  name,
  // tfjs' state is global to a worker or page anyway; isolation would only cost time
  isolate: false,
  setupFiles: [path('laws/checks/backendSetup.ts')],
  provide: { backend, seed, whole: process.env['POLYAK_WHOLE'] === '1' },
  testTimeout: 60_000,
  // a wait for the device is long while other pages compile on it
  expect: { poll: { timeout: 20_000 } },
})

const nodeProject = (
  name: string,
  backend: BackendName,
  include: readonly string[],
  exclude: readonly string[],
): TestProjectInlineConfiguration => ({
  resolve: { alias: alias(path('laws/checks/gradients/inNode.ts')) },
  test: { ...common(name, backend), include: [...include], exclude: [...away, ...exclude] },
})

const browserProject = (launch: LaunchOptions): TestProjectInlineConfiguration => ({
  resolve: { alias: alias(path('src/gradients/index.ts')) },
  optimizeDeps: {
    // every dependency a test meets in the browser: one found late makes vite reload the page under the tests
    include: [
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-core/dist/register_all_gradients.js',
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgl',
      '@tensorflow/tfjs-layers',
      'fast-check',
      'fp-ts',
      'io-ts',
    ],
  },
  test: {
    ...common('webgl', 'webgl'),
    include: [everywhere],
    exclude: [...away, only('node'), only('cpu'), only('wasm')],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      // one page: another would load all modules again, and wait for the same GPU
      fileParallelism: false,
      provider: playwright({ launchOptions: launch }),
      instances: [{ browser: 'chromium' }],
    },
  },
})

/** The names that `--project` gives; none is all of them. */
const asked = process.argv.flatMap((word, i, argv) =>
  word === '--project' ? (argv[i + 1] ?? []) : word.startsWith('--project=') ? word.slice('--project='.length) : [],
)

/** Does `--project` (if given) leave the browser in? */
const browserWanted =
  asked.length === 0 || asked.some((name) => name === 'webgl' || name.includes('*') || name.startsWith('!'))

/** Each project loads all modules anew, and these two are on the same backend: where all are asked for they are one. */
const onCpu: readonly TestProjectInlineConfiguration[] =
  asked.length === 0
    ? [nodeProject('cpu', 'cpu', [everywhere], [only('wasm'), only('webgl')])]
    : [
        nodeProject('node', 'cpu', [only('node')], []),
        nodeProject('cpu', 'cpu', [everywhere], [only('node'), only('wasm'), only('webgl')]),
      ]

/** Never a silent green: without a browser CI fails, and everyone else is told before and after the tests. */
const withoutBrowser = (cause: unknown): readonly never[] => {
  if (!['', '0', 'false'].includes(process.env['CI'] ?? '')) throw cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  const rule = '!'.repeat(100)
  const banner = `\n${rule}\n!!  THE WEBGL TESTS WERE SKIPPED: NO BROWSER\n${rule}\n${reason}\n${rule}\n`
  console.error(banner)
  process.on('exit', () => console.error(banner))
  return []
}

const browserProjects = async (): Promise<readonly TestProjectInlineConfiguration[]> =>
  browserWanted ? launchOptions().then((launch) => [browserProject(launch)], withoutBrowser) : []

export default defineConfig(async () => ({
  test: {
    reporters: ['default', tallyReporter()],
    // two at least: tests in Node wait for processes, files and pages, and one worker would leave a core idle meanwhile
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: resettersLast },
    // what one project has transformed, the next one and the next run read
    experimental: { fsModuleCache: true },
    // tfjs advertises its native Node backend once per worker
    onConsoleLog: (log: string): boolean => !log.includes('Hi, looks like you are running TensorFlow.js in Node.js'),
    projects: [
      ...onCpu,
      nodeProject('wasm', 'wasm', [everywhere], [only('node'), only('cpu'), only('webgl')]),
      ...(await browserProjects()),
    ],
  },
}))
