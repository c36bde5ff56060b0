import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { safetensorsFolder } from './safetensorsFolder.js'

it('reads the shards of a folder with their index, and refuses a folder that has none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'polyak-folder-'))
  await expect(safetensorsFolder({ folder })).rejects.toThrow(/has 0 safetensors files and 0 indices/)
  await writeFile(join(folder, 'model-2.safetensors'), Uint8Array.of(2))
  await writeFile(join(folder, 'model-1.safetensors'), Uint8Array.of(1))
  await writeFile(join(folder, 'config.json'), '{}')
  const files = [Uint8Array.of(1), Uint8Array.of(2)]
  const names = ['model-1.safetensors', 'model-2.safetensors']
  expect(await safetensorsFolder({ folder })).toEqual({ files, names })
  await writeFile(join(folder, 'model.safetensors.index.json'), Uint8Array.of(3))
  expect(await safetensorsFolder({ folder })).toEqual({ files, names, index: Uint8Array.of(3) })
  await rm(folder, { recursive: true })
})
