/** How a test installs what it needs into a folder of its own. */
export const npmInstall = (...specifiers) => [
  'install',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--prefer-offline',
  ...specifiers,
]
