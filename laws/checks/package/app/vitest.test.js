import { describeLaws } from 'polyak/laws/vitest'
import { describeBoth } from './momentum.js'

describeBoth(describeLaws)
