/** @internal */

/** Separates the keys of a path, as in `dense/kernel`. */
export const separator = '/'
