import { expect, test } from 'vitest'
import { glslShort } from './glslShort.mjs'

const written = (code: string, id = '/src/engine/webgl/someFunctions.ts'): string =>
  glslShort().transform(code, id)?.code ?? code

const cases: Readonly<Record<string, readonly [code: string, short: string]>> = {
  'spaces and lines': [
    'const f: string = `float f(float a) {\n  return a * 2.0;\n}`',
    'const f: string = `float f(float a){\nreturn a*2.0;}`',
  ],
  'signs keep theirs': ["const s = 'a = b - -c;'", "const s = 'a=b - -c;'"],
  'digits that float32 does not hold': ["const s = 'a * 0.693147180559945;'", "const s = 'a*0.6931472;'"],
  'what is put in': ['const s = `a = ${x} + ${y};`', 'const s = `a=${x} + ${y};`'],
  'words are left': ["throw broken('a shader, asked : nothing')", "throw broken('a shader, asked : nothing')"],
  'a remark is left': ['const s = `// a = b;\nc = d;`', 'const s = `// a = b;\nc = d;`'],
  'and what is no text': ['const a = b [ 1.23456789012 ]', 'const a = b [ 1.23456789012 ]'],
}

test.each(Object.entries(cases))('%s', (_, [code, short]) => {
  expect(written(code)).toBe(short)
})

test('other modules are left', () => {
  const code = "const s = 'a = b;'"
  expect(written(code, '/src/engine/webgl/execute.ts')).toBe(code)
})
