/** @internal */
import { bytesOf, type Code, counted, named, sized, unsigned } from './code.js'

/** What a function takes and gives. */
export interface FunctionType {
  readonly from: Code
  readonly to: Code
}

/** A WebAssembly module of one function, `run`, on a memory that the host has. */
export const moduleBytes = ({
  types,
  host,
  body,
  shared,
}: {
  /** That of `run` is the first. */
  readonly types: readonly FunctionType[]
  /** The host's functions that it calls, by the places of their types. */
  readonly host: readonly (readonly [name: string, type: number])[]
  readonly body: Code
  readonly shared: boolean
}): Uint8Array<ArrayBuffer> => {
  // A shared memory must be declared as one, and with a maximum: 65536 pages, all that a memory can have.
  const memory = shared ? [0x03, 0, unsigned(65536)] : [0x00, 0]
  const imports = [
    [named('host'), named('memory'), 0x02, memory],
    ...host.map(([name, type]) => [named('host'), named(name), 0x00, type]),
  ]
  const section = (id: number, content: Code): Code => [id, sized(content)]
  return Uint8Array.from(
    bytesOf([
      magic,
      section(1, counted(types.map(({ from, to }) => [0x60, sized(from), sized(to)]))),
      section(2, counted(imports)),
      section(3, [1, 0]),
      section(7, [1, named('run'), 0x00, unsigned(host.length)]),
      section(10, [1, sized(body)]),
    ]),
  )
}

/** "\\0asm", version 1. */
export const magic = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
