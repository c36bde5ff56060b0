import type { Example } from './examples.js'

/** What the compiler must complain about. */
export const wrongExample: Example = {
  file: 'wrong.md',
  line: 7,
  code: 'const x = 1\nconst y: string = x\n',
  run: true,
  imports: 'own',
}
