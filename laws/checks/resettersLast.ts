import { BaseSequencer, type TestSequencerConstructor } from 'vitest/node'

/** Tests that reset all modules: whatever runs behind them in their worker loads its own anew. */
export const resetters: readonly string[] = [
  'src/engine/backends.node.test.ts',
  'src/engine/chooseExecutor.node.test.ts',
]

/** The order of vitest's own, but files that reset the modules of their worker come last in their project. */
export const resettersLast = function (...given: ConstructorParameters<TestSequencerConstructor>) {
  const usual = new BaseSequencer(...given)
  return {
    shard: (files) => usual.shard(files),
    sort: async (files) => {
      const sorted = await usual.sort(files)
      const projects = [...new Set(sorted.map(({ project }) => project.name))]
      const place = ({ project, moduleId }: (typeof sorted)[number]): number =>
        2 * projects.indexOf(project.name) + Number(resetters.some((file) => moduleId.endsWith(`/${file}`)))
      return sorted.toSorted((a, b) => place(a) - place(b))
    },
  } satisfies InstanceType<TestSequencerConstructor>
} as unknown as TestSequencerConstructor // vitest calls it with `new`, which gives what a function returns
