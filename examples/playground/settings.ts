/** What the sliders say. */
export interface Settings {
  readonly learningRate: number
  /** The standard deviation of the gradient's noise, in each coordinate. */
  readonly noise: number
  readonly decay: number
}

/** A slider: places 0 to 1, and the numbers that they stand for. */
export interface Scale {
  readonly value: (place: number) => number
  readonly place: (value: number) => number
}

/** The scale of each setting: what matters of a learning rate and of a decay are its powers of ten. */
export const scales: Readonly<Record<keyof Settings, Scale>> = {
  learningRate: {
    value: (place) => rounded(0.01 * 190 ** place),
    place: (value) => Math.log(value / 0.01) / Math.log(190),
  },
  noise: { value: (place) => rounded(2 * place), place: (value) => value / 2 },
  decay: { value: (place) => rounded(1 - 1000 ** -place), place: (value) => -Math.log(1 - value) / Math.log(1000) },
}

export const initialSettings: Settings = { learningRate: 0.2, noise: 1, decay: 0.98 }

/** How a setting is read out. */
export const spoken: Readonly<Record<keyof Settings, (value: number) => string>> = {
  learningRate: (value) => value.toPrecision(2),
  noise: (value) => value.toFixed(2),
  decay: (value) =>
    `${value.toFixed(value > 0.99 ? 4 : 3)}, about ${Math.round(1 / (1 - value))} ${value < 1 / 3 ? 'step' : 'steps'}`,
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4

/** Settings as the end of an address: `#learningRate=0.2&noise=1&decay=0.98`. */
export const addressOf = ({ learningRate, noise, decay }: Settings): string =>
  `#learningRate=${learningRate}&noise=${noise}&decay=${decay}`

/** Settings from the end of an address; what no slider could say is left as it is. */
export const settingsFrom = (address: string, otherwise: Settings): Settings => {
  const read = new URLSearchParams(address.replace(/^#/, ''))
  const number = (key: keyof Settings): number => {
    const [value, { value: at }] = [Number(read.get(key) ?? Number.NaN), scales[key]]
    return value >= at(0) && value <= at(1) ? value : otherwise[key]
  }
  return { learningRate: number('learningRate'), noise: number('noise'), decay: number('decay') }
}
