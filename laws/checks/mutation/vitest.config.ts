import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** Quick tests first: the first one that fails ends a run. */
const slow = ['/laws.test.', '/contract.test.', '/planted.', '/collectives.', '/donation.', '/lbfgs.']
const rank = ({ moduleId }: TestSpecification): number => slow.findIndex((word) => moduleId.includes(word))

/** A class, because vitest makes one of it. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => rank(a) - rank(b))
  }
}

/** The tests of pure code on one backend, as one project: what Stryker takes. */
export default defineConfig({
  root: path('../../..'),
  resolve: {
    alias: [
      { find: /^polyak$/, replacement: path('../../../src/index.ts') },
      { find: /^polyak\/gradients$/, replacement: path('../gradients/inNode.ts') },
    ],
  },
  test: {
    isolate: false,
    sequence: { sequencer: QuickFirst },
    setupFiles: [path('../backendSetup.ts')],
    provide: { backend: 'cpu', seed: 1964 },
    testTimeout: 60_000,
    include: [
      'src/{equation,transforms,averaging,combinators,state,optimizers,transformation,engine}/**/*.test.ts',
      'laws/{oracle,planted}/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/*.{wasm,webgl}.test.ts', 'laws/checks/oracle/coverage.node.test.ts'],
  },
})
