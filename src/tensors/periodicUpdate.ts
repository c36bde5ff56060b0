/** The newer of two values every so many steps, else the older: how target networks are copied.
 *
 *  ```text
 *  new where steps mod updatePeriod = 0, else old
 *  ```
 *
 *  @shapes any; no tensors are made: one of the two is returned, the same object.
 *  @throws `RangeError` for a period that is no integer ≥ 1, and steps that are no integer.
 *  @laws a period of 1 is always the newer one. It fires at step 0.
 *  @reference optax.periodic_update
 *  @example periodicUpdate(params, gradients, 100, 10) === params   // true */
export const periodicUpdate = <P>(newTensors: P, oldTensors: NoInfer<P>, steps: number, updatePeriod: number): P => {
  if (!Number.isSafeInteger(updatePeriod) || updatePeriod < 1)
    throw new RangeError(`periodicUpdate: updatePeriod must be an integer ≥ 1, found ${updatePeriod}. Pass e.g. 100.`)
  if (!Number.isSafeInteger(steps))
    throw new RangeError(
      `periodicUpdate: steps must be an integer, found ${steps}. Pass the steps so far, such as a count.`,
    )
  return steps % updatePeriod === 0 ? newTensors : oldTensors
}
