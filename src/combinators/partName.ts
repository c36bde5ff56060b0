/** Checks a name that becomes a key of a state. Throws `TypeError` for a name like an integer, which JavaScript would
 *  reorder, and for one that a path cannot hold.
 *
 *  @internal */
export const checkPartName = (where: string, name: string): void => {
  if (/^\d+$/.test(name) || name === '' || name === '__proto__' || /[/.]/.test(name))
    throw new TypeError(`${where}: "${name}" cannot name a part. Use a word without "/" and ".", such as "clip".`)
}
