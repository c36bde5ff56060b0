import { promised } from './promised.js'
import type { DescribedCheckpoint } from './DescribedCheckpoint.js'
import { describeCheckpointTask, type DescribeRequest } from './describeCheckpointTask.js'

/** What is in a checkpoint: tensors, slots, counts, the optimizer's equations and options, the record. Asks for no
 *  optimizer, makes no tensors, and takes other people's safetensors files too. `formatCheckpoint` makes a table of it.
 *
 *  @throws Rejects with `CheckpointFailed` where the file is not there, or no safetensors file; metadata that are missing
 *    or cannot be read are `warnings`.
 *  @example console.log(formatCheckpoint(await describeCheckpoint({ store, name: 'last' }))) */
export const describeCheckpoint = async (request: DescribeRequest): Promise<DescribedCheckpoint> =>
  promised(describeCheckpointTask(request))
