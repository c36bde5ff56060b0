/** @internal */

/** The memory object of tfjs' wasm backend, if it has what is needed to work on it. No public member holds it: the
 *  plain builds export it, the threaded one imports it. */
export const heapOf = (backend: object): WebAssembly.Memory | undefined => {
  const { wasm } = backend as { readonly wasm?: Partial<BackendModule> } // looked for
  const memory = wasm?.asm?.memory ?? wasm?.wasmMemory
  const complete = typeof wasm?.tfjs?.disposeData === 'function' && typeof wasm.tfjs.registerTensor === 'function'
  return complete && memory instanceof WebAssembly.Memory ? memory : undefined
}

interface BackendModule {
  readonly asm: { readonly memory?: unknown }
  readonly wasmMemory: unknown
  readonly tfjs: { readonly disposeData?: unknown; readonly registerTensor?: unknown }
}
