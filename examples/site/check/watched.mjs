/** To be run in a page before anything else: tells what of it moves by itself, in `moves`. */
export const watched = () => {
  globalThis.moves = []
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (!entry.hadRecentInput)
        globalThis.moves.push({
          value: entry.value,
          of: entry.sources.map(({ node, previousRect, currentRect }) => {
            const element = node instanceof Element ? node : node?.parentElement
            const name = element ? `${element.localName}#${element.id}.${element.className}` : '?'
            const [was, is] = [previousRect, currentRect].map((r) => [r.x, r.y, r.width, r.height].map(Math.round))
            return `${name} from ${was.join()} to ${is.join()}`
          }),
        })
  }).observe({ type: 'layout-shift', buffered: true })
}
