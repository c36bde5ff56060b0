/** @internal */
import { checkFields } from '../scalars/checkFields.js'

/** Refuses what is no report, where a reporter is called by hand. */
export const checkReport = (where: string, report: unknown): void =>
  checkFields(`${where}: report`, report, { kind: 'string' }, 'Pass the reporter to train, which calls it.')
