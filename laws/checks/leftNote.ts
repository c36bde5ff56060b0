/** Why a test was skipped that a whole run takes: the reporter counts these. In a file of its own, since the reporter has
 *  no vitest to ask whether the run is whole. */
export const leftNote = 'left to another backend, or to a whole run: POLYAK_WHOLE=1'
