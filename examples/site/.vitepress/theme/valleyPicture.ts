/** The valley from above with two paths, and below it the loss of both: on a canvas, point by point. */
export interface Valley {
  readonly clear: () => void
  readonly add: (parameters: Place, average: Place) => void
}

type Place = readonly [x: number, y: number]

const [width, above, below, scale] = [480, 260, 130, 45]
const loss = ([x, y]: Place): number => (x * x + 25 * y * y) / 2

/** Colours are those of the page when it is cleared. */
export const valleyPicture = (canvas: HTMLCanvasElement, steps: number): Valley | undefined => {
  const area = canvas.getContext('2d')
  if (area === null) return undefined
  const ratio = window.devicePixelRatio
  Object.assign(canvas, { width: width * ratio, height: (above + below) * ratio })
  area.setTransform(ratio, 0, 0, ratio, 0, 0)
  let [count, faint, line, other] = [0, '', '', '']
  let before: readonly [Place, Place] | undefined
  const at = ([x, y]: Place): Place => [width / 2 + x * scale, above / 2 - y * scale]
  const height = (p: Place): number =>
    above + below - 18 - 16 * Math.min(6, Math.max(0, Math.log10(loss(p) + 1e-9) + 4))
  const stroke = (colour: string, thick: number, from: Place, to: Place): void => {
    area.strokeStyle = colour
    area.lineWidth = thick
    area.beginPath()
    area.moveTo(...from)
    area.lineTo(...to)
    area.stroke()
  }
  return {
    clear: () => {
      const style = getComputedStyle(document.documentElement)
      ;[faint, line, other] = ['faint', 'line', 'other'].map((name) => style.getPropertyValue(`--picture-${name}`)) as [
        string,
        string,
        string,
      ]
      ;[count, before] = [0, undefined]
      area.clearRect(0, 0, width, above + below)
      area.strokeStyle = faint
      area.lineWidth = 0.7
      for (const level of [0.5, 2, 8, 20, 40]) {
        const r = Math.sqrt(2 * level) * scale
        area.beginPath()
        area.ellipse(...at([0, 0]), r, r / 5, 0, 0, 7)
        area.stroke()
      }
      area.font = '12px sans-serif'
      area.fillStyle = style.getPropertyValue('--vp-c-text-2')
      for (const [text, power] of [
        ['loss 100', 2],
        ['1', 0],
        ['0.01', -2],
      ] as const) {
        const y = above + below - 18 - 16 * (power + 4)
        area.fillText(text, 2, y - 3)
        stroke(faint, 0.5, [0, y], [width, y])
      }
    },
    add: (parameters, average) => {
      const x = (i: number): number => (i * width) / steps
      if (before !== undefined) {
        const [p, a] = before
        stroke(line, 1, at(p), at(parameters))
        stroke(other, 2.5, at(a), at(average))
        stroke(line, 1, [x(count - 1), height(p)], [x(count), height(parameters)])
        stroke(other, 2.5, [x(count - 1), height(a)], [x(count), height(average)])
      }
      before = [parameters, average]
      count++
    },
  }
}
