/** An optimizer's path on (x² + 10 y²)/2 from one point, at the best of a small grid of rates. */
const steps = 60
const rates = [1, 0.3, 0.1, 0.03, 0.01, 0.003]
const start = [-4, 1.6]

export const pathOf = (tf, { step }, make) => {
  const tries = rates.flatMap((rate) => {
    try {
      const points = walked(tf, step, make(rate))
      const [x, y] = points.at(-1)
      const loss = (x * x + 10 * y * y) / 2
      return Number.isFinite(loss) ? [{ rate, points, loss }] : []
    } catch {
      return [] // an optimizer that needs what this landscape does not give has no picture
    }
  })
  return tries.toSorted((a, b) => a.loss - b.loss)[0]
}

const walked = (tf, step, optimizer) =>
  tf.tidy(() => {
    let now = { params: { w: tf.tensor2d([start]) }, state: undefined }
    now = { ...now, state: optimizer.init(now.params) }
    const points = [start]
    for (let i = 0; i < steps; i++) {
      const [x, y] = now.params.w.dataSync()
      const extra = { value: (x * x + 10 * y * y) / 2, curvature: () => ({ w: tf.tensor2d([[1, 10]]) }) }
      extra.valueAndGrad = (p) => {
        const [a, b] = p.w.dataSync()
        return { value: tf.scalar((a * a + 10 * b * b) / 2), grads: { w: tf.tensor2d([[a, 10 * b]]) } }
      }
      const next = step(optimizer)({ w: tf.tensor2d([[x, 10 * y]]) }, now.state, now.params, extra)
      now = next
      points.push([...next.params.w.dataSync()])
    }
    return points
  })
