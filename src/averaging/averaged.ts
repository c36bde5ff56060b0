/** The average of a state that has one at the top: parameters to evaluate with, by no swap and no copy.
 *
 *    averaged({ inner, average, count }) = average
 *
 *  Shapes   those of the parameters.
 *  Laws     pure: changes nothing; the tensors are the state's own, borrowed.
 *  Example  `loss(averaged(now.state))` */
export const averaged = <P>(state: { readonly average: P }): P => state.average
