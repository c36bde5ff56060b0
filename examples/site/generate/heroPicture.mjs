import { polyline } from './pictures.mjs'

/** The picture of the front page: noisy descent, and the average of its path, by the library itself. */
export const heroPicture = ({ tf, polyak }) => {
  const { averaged, sgd, step, uniform, withAverage } = polyak
  const optimizer = withAverage(uniform(), { start: 24 })(sgd({ learningRate: 0.32 }))
  return tf.tidy(() => {
    let now = { params: { w: tf.tensor1d([-3.1, 2]) }, state: undefined }
    now = { ...now, state: optimizer.init(now.params) }
    const noise = tf.randomNormal([90, 2], 0, 1.7, 'float32', 8).arraySync()
    const [raw, average] = [[[...now.params.w.dataSync()]], []]
    for (const [i, [a, b]] of noise.entries()) {
      const [x, y] = now.params.w.dataSync()
      now = step(optimizer)({ w: tf.tensor1d([0.45 * x + a, y + b]) }, now.state, now.params)
      raw.push([...now.params.w.dataSync()])
      if (i >= 24) average.push([...averaged(now.state).w.dataSync()])
    }
    return drawn(raw, average)
  })
}

const [width, height, scale] = [420, 320, 58]
const at = ([x, y]) => [width / 2 + scale * x, height / 2 - scale * y]

const drawn = (raw, average) => {
  const [x, y] = at(average.at(-1))
  const rings = [0.5, 1, 1.6, 2.3, 3].map(
    (r) =>
      `<ellipse class="faint" cx="${width / 2}" cy="${height / 2}" rx="${r * scale * 1.2}" ry="${r * scale * 0.85}"/>`,
  )
  return `<svg class="picture hero" viewBox="0 0 ${width} ${height}" role="img" aria-label="Noisy descent rattles around the bottom of a bowl; the average of its path rests there">${rings.join('')}${polyline('line', raw.map(at))}${polyline('other', average.map(at))}<circle class="dot" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="6"/></svg>`
}
