import type { Description } from './Description.js'

/** Whether a transformation's updates point downhill, as those of a whole optimizer, or along the gradient, as a direction
 *  does: read off its description, where the sign changes at a learning rate, at a negative `scale`, and inside the few
 *  rules that find their own rate.
 *
 *  @internal */
export const turnsDownhill = (description: Description): boolean => turns(description) !== passedOn(description)

const turns = ({ name, options }: Description): boolean =>
  name === 'scaleByLearningRate'
    ? options['flipSign'] !== false
    : name === 'scale'
      ? Number(options['stepSize']) < 0
      : ownRate.has(name)

/** Parts with a scope stand beside each other, all others behind each other; sam's second is its adversary. */
const passedOn = ({ name, parts }: Description): boolean =>
  parts.some(({ scope }) => scope !== undefined && scope !== null)
    ? parts.some(turnsDownhill)
    : (name === 'sam' ? parts.slice(0, 1) : parts).reduce((down, part) => down !== turnsDownhill(part), false)

/** Rules that find their rate, and take the step, by themselves. */
const ownRate: ReadonlySet<string> = new Set([
  'dadaptAdamw',
  'momo',
  'momoAdam',
  'prodigy',
  'scaleByCocob',
  'scaleByMadgrad',
])
