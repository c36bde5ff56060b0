/** How many steps are made for a frame that took so long: 120 in a second, wherever it runs. A fast screen shows each of
 *  them, a slow rasteriser fewer; one that is slower still goes on at four for a frame. */
export const stepsIn = (milliseconds: number): number => Math.min(4, Math.max(1, Math.round(0.12 * milliseconds)))
