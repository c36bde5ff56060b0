/** Where each entry of `exports` begins. */
export const entries = {
  index: 'src/index.ts',
  core: 'src/core.ts',
  cpu: 'src/cpu.ts',
  wasm: 'src/wasm.ts',
  webgl: 'src/webgl.ts',
  node: 'src/node.ts',
  fp: 'src/fp.ts',
  gradients: 'src/gradients/index.ts',
  interop: 'src/interop/index.ts',
  layers: 'src/layers/index.ts',
  laws: 'laws/index.ts',
  'laws/vitest': 'laws/vitest.ts',
}
