/** Pictures as SVG text, drawn with the colours of the page that they stand in. */

const svg = (width, height, label, body) =>
  `<svg class="picture" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label.replaceAll('"', '&quot;')}">${body}</svg>`

const n = (x) => String(Math.round(x * 10) / 10)

/** A line through points. */
export const polyline = (kind, points) =>
  `<polyline class="${kind}" points="${points.map(([x, y]) => `${n(x)},${n(y)}`).join(' ')}"/>`

/** Numbers in a row, as a line from the left to the right. */
export const rowPicture = (numbers, label) => {
  const [width, height, low] = [480, 140, 116]
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  const points = numbers.map((x, i) => [
    (i * width) / (numbers.length - 1),
    low - (most === least ? 0.5 : (x - least) / (most - least)) * (low - 6),
  ])
  const words = [
    `<text x="0" y="136">first ${Number(numbers[0].toPrecision(3))}</text>`,
    `<text x="${width}" y="136" text-anchor="end">last ${Number(numbers.at(-1).toPrecision(3))}</text>`,
  ]
  return svg(width, height, label, `${polyline('line', points)}${words.join('')}`)
}

/** The weights of an average over the last steps, newest on the right. */
export const weightsPicture = (weights, label) => {
  const [width, height, low] = [480, 140, 120]
  const most = Math.max(...weights)
  const step = width / weights.length
  const bars = weights
    .map(
      (w, i) =>
        `<rect class="bar" x="${n(i * step)}" y="${n(low - (w / most) * 100)}" width="${n(Math.max(0.8, step * 0.8))}" height="${n((w / most) * 100)}"/>`,
    )
    .join('')
  return svg(
    width,
    height,
    label,
    `${bars}<text x="0" y="136">start</text><text x="${width}" y="136" text-anchor="end">step ${weights.length - 1}</text>`,
  )
}

const scale = 48
const [middleX, middleY] = [240, 110]
const at = ([x, y]) => `${n(middleX + x * scale)},${n(middleY - y * scale)}`

/** A path over the level lines of (x² + 10 y²)/2. */
export const pathPicture = (points, label) => {
  const levels = [0.25, 1, 3, 7, 13, 22].map(
    (level) =>
      `<ellipse class="faint" cx="${middleX}" cy="${middleY}" rx="${n(Math.sqrt(2 * level) * scale)}" ry="${n(Math.sqrt((2 * level) / 10) * scale)}"/>`,
  )
  const inside = points.filter(([x, y]) => Math.abs(x) < 5 && Math.abs(y) < 2.3)
  const last = inside.at(-1)
  return svg(
    480,
    220,
    label,
    `${levels.join('')}<polyline class="line" points="${inside.map(at).join(' ')}"/>${last === undefined ? '' : `<circle class="dot" cx="${n(middleX + last[0] * scale)}" cy="${n(middleY - last[1] * scale)}" r="4"/>`}`,
  )
}
