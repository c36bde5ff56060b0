/** @internal */
import { arithmeticFunctions } from './arithmeticFunctions.js'
import { textureFunctions } from './textureFunctions.js'
import { transcendentalFunctions } from './transcendentalFunctions.js'

/** The functions that a shader's text calls, after what they call themselves. */
export const library = (text: string): string => {
  const seen = new Set<string>()
  const wanted: string[] = []
  const visit = (body: string): void => {
    for (const [name, own] of Object.entries(functions))
      if (!seen.has(name) && body.includes(`${name}(`)) {
        seen.add(name)
        visit(own)
        wanted.push(own)
      }
  }
  visit(text)
  return wanted.join('\n')
}

const functions: Readonly<Record<string, string>> = {
  ...arithmeticFunctions,
  ...transcendentalFunctions,
  ...textureFunctions,
}
