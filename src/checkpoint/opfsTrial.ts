/** Inside the room. @internal */

import type { StorePlace } from './storeFrom.js'

/**
 * Writes a file and removes it; null where that went well, else what was thrown.
 *
 * Private windows and some settings show the file system and refuse its use, each at another step.
 */
export const opfsTrial = async ({ write, remove }: StorePlace): Promise<{ readonly cause: unknown } | null> => {
  // No `storeName`, so that no list shows it; another in each tab.
  const name = `trial-${Date.now()}-${Math.random()}.tmp`
  try {
    await write(name, Uint8Array.of(1), {})
    await remove(name)
    return null
  } catch (cause) {
    await remove(name).catch(() => null)
    return { cause }
  }
}
