import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, preview } from 'vite'

/** Pages that are served from a folder of their own until they are closed. */
export interface ServedPages {
  readonly address: string
  readonly close: () => Promise<void>
}

/** Builds pages and serves them: a server that transforms their sources one by one takes ten times as long. `folder`
 *  may hold more that is to be served; it is removed in the end. */
export const servedPages = async (
  configFile: string,
  folder: string = mkdtempSync(join(tmpdir(), 'polyak-pages-')),
): Promise<ServedPages> => {
  // as they are read: to make them small takes longer than to make them
  const outDir = { outDir: folder, emptyOutDir: false, reportCompressedSize: false, minify: false }
  await build({ configFile, logLevel: 'error', build: outDir })
  const server = await preview({
    configFile,
    logLevel: 'error',
    build: outDir,
    preview: { host: '127.0.0.1', port: 0 },
  })
  const at = server.httpServer.address()
  if (typeof at !== 'object' || at === null) throw new Error('vite has no address')
  return {
    address: `http://127.0.0.1:${at.port}`,
    close: async () => {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
