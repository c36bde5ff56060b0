import { describe, test } from '@jest/globals'
import { bindLaws } from 'polyak/laws'
import { describeBoth } from './momentum.js'

describeBoth(bindLaws({ describe, test }))
