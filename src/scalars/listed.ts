/** @internal */

const most = 8

/** Names in an error message: the first eight, and how many more there are. A model may have thousands.
 *
 *  @example listed(['a', 'b']) // 'a, b' */
export const listed = (names: readonly string[]): string =>
  names.length <= most + 1
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${(names.length - most).toLocaleString('en')} more`
