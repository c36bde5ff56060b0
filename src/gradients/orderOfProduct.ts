/** @internal */
import type { BatchMatMulAttrs } from '@tensorflow/tfjs-core'
import { turningCost } from './turned.js'

/** A product of an m×k matrix, perhaps stored transposed, with a k×n matrix, perhaps stored transposed. */
interface MatrixProduct extends BatchMatMulAttrs {
  readonly m: number
  readonly k: number
  readonly n: number
}

/** How a·b is computed with a kernel that takes no flags: as it stands, or as the transpose of bᵀ·aᵀ, whichever moves
 *  less memory. The kernel packs its right side anew for each product, so a small batch belongs on the right and a large
 *  matrix of weights on the left, where it is read as it lies. Both add up the same
 *  numbers in the same order. */
export const orderOfProduct = ({ m, k, n, transposeA, transposeB }: MatrixProduct): 'asItStands' | 'swapped' => {
  const stands =
    (transposeA ? turningCost(k, m) : 0) + (transposeB ? turningCost(n, k) : 0) + packing * k * n + multiplying(m, k, n)
  const swapped =
    (transposeB ? 0 : turningCost(k, n)) +
    (transposeA ? 0 : turningCost(m, k)) +
    packing * m * k +
    multiplying(n, k, m) +
    turningCost(n, m)
  return swapped < stands ? 'swapped' : 'asItStands'
}

/** Nanoseconds for each number of the right side, as all costs here: what counts is their proportion. */
const packing = 2.4

/** The columns of a product are computed eight at a time, whether there are eight or not. */
const multiplying = (m: number, k: number, n: number): number => (m * k * Math.ceil(n / 8) * 8) / 16
