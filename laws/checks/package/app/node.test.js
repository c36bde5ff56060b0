import { describe, test } from 'node:test'
import { bindLaws } from 'polyak/laws'
import { describeBoth } from './momentum.js'

describeBoth(bindLaws({ describe, test }))
