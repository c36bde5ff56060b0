/** The element of a page by its id, of the kind that is wanted. */
export const element = <E extends Element>(id: string, kind: new () => E): E => {
  const found = document.getElementById(id)
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`)
  return found
}

export const nextFrame = async (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve))

/** Calls `redraw` when what is drawn would look otherwise: at another size, in other colours. */
export const whenLookChanges = (redraw: () => void): void => {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw)
  addEventListener('resize', redraw)
}

/** Fills a menu with names. */
export const fill = (menu: HTMLSelectElement, names: readonly (readonly [value: string, text: string])[]): void => {
  menu.replaceChildren(
    ...names.map(([value, text]) => {
      const option = document.createElement('option')
      option.value = value
      option.textContent = text
      return option
    }),
  )
}

/** Fills a place with copies of a template: `#` in it is the number of the copy, from 0, and `##` the same from 1. */
export const repeated = (template: string, place: string, times: number): void => {
  const written = element(template, HTMLTemplateElement).innerHTML
  element(place, HTMLElement).innerHTML = Array.from({ length: times }, (_, i) =>
    written.replaceAll('##', String(i + 1)).replaceAll('#', String(i)),
  ).join('')
}

/** A number as people write it. */
export const spelled = (x: number): string =>
  Number.isFinite(x)
    ? x === 0
      ? '0'
      : Math.abs(x) < 1e-3 || Math.abs(x) >= 1e4
        ? x.toExponential(1)
        : String(Number(x.toPrecision(3)))
    : 'not finite'
