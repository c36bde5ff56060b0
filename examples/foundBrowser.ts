import { type LaunchOptions, launchOptions } from '../laws/checks/browser/browser.mjs'

/** How to start the browser for the test of a page. Without one CI fails, and everyone else is told what was not tested. */
export const foundBrowser = async (untested: string): Promise<LaunchOptions | undefined> =>
  launchOptions().catch((cause: unknown) => {
    if (!['', '0', 'false'].includes(process.env['CI'] ?? '')) throw cause
    const rule = '!'.repeat(100)
    const reason = cause instanceof Error ? cause.message : String(cause)
    console.error(`\n${rule}\n!!  ${untested.toUpperCase()} WAS NOT TESTED: NO BROWSER\n${rule}\n${reason}\n${rule}\n`)
    return undefined
  })
