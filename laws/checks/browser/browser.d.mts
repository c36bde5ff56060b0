/** How to start the Chromium that was found. */
export interface LaunchOptions {
  readonly args: string[]
  readonly executablePath?: string
  readonly env?: Record<string, string>
}

/** Finds, or fetches, a Chromium with WebGL2 and float32 render targets; rejects with a list of all that was tried. */
export const launchOptions: () => Promise<LaunchOptions>
