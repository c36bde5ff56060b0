/** @internal */

/** Text as hexadecimal digits: tfjs rewrites the strings of a saved config from snake case to camel case, and digits
 *  are neither. */
export const toHex = (text: string): string =>
  [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** The text of hexadecimal digits. */
export const fromHex = (digits: string): string =>
  // no digits, no bytes
  new TextDecoder().decode(Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)))
