/** @internal */
import { must } from '../../scalars/must.js'
import { arithmeticFunctions } from './arithmeticFunctions.js'
import { textureFunctions } from './textureFunctions.js'
import { transcendentalFunctions } from './transcendentalFunctions.js'

/** The functions that a shader's text calls, after what they call themselves. */
export const library = (text: string): string => {
  const seen = new Set<string>()
  const wanted: string[] = []
  const visit = (body: string): void => {
    for (const own of functions)
      // what is called is what stands before its first bracket
      if (!seen.has(own) && body.includes(must(/\w+\(/.exec(own)?.[0], 'name'))) {
        seen.add(own)
        visit(own)
        wanted.push(own)
      }
  }
  visit(text)
  return wanted.join('\n')
}

const functions = [...arithmeticFunctions, ...transcendentalFunctions, ...textureFunctions]
