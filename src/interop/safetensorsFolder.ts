import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readPath } from '../checkpoint/openedPath.js'
import { text } from '../scalars/kinds.js'
import { optionsFor, required } from '../scalars/options.js'
import type { ForeignFiles } from './ForeignFiles.js'

/** Where a model lies. */
export interface SafetensorsFolderOptions {
  /** The folder, as it was downloaded. */
  readonly folder: string
}

/** The safetensors files of a folder, in the order of their names, with their index where there is one: what
 *  `importParams` takes. For Node.
 *
 *  @throws `TypeError` where the folder has no such file or more than one index; what the file system throws
 *  @reference https://huggingface.co/docs/safetensors
 *  @example `const read = async (folder: string, like: Tree) => importParams({ ...(await safetensorsFolder({ folder })), like })` */
export const safetensorsFolder = async (given: SafetensorsFolderOptions): Promise<ForeignFiles> => {
  const { folder } = parse(given)
  const all = (await readdir(folder)).toSorted()
  const names = all.filter((name) => name.endsWith('.safetensors'))
  const indices = all.filter((name) => name.endsWith('.safetensors.index.json'))
  const [index, ...others] = indices
  if (names.length === 0 || others.length > 0)
    throw new TypeError(
      `safetensorsFolder: ${resolve(folder)} has ${names.length} safetensors files and ${indices.length} indices. ` +
        'It must be the folder of one model.',
    )
  const read = (name: string) => readPath(join(folder, name))
  const files = await Promise.all(names.map(read))
  return { files, names, ...(index === undefined ? {} : { index: await read(index) }) }
}

const parse = optionsFor<SafetensorsFolderOptions>()('safetensorsFolder', { folder: required(text) })
