import type { Group } from './bench.js'

const row = 18
const left = 330
const width = 520

/** The groups as bars on a logarithmic scale, in SVG. */
export const plot = (groups: readonly Group[], title: string): string => {
  const most = Math.max(10, ...groups.flatMap(({ timings }) => timings.map(({ ratio }) => ratio)))
  const x = (ratio: number): number => (Math.log10(Math.max(ratio, 0.5) / 0.5) / Math.log10(most / 0.5)) * width
  const lines: string[] = []
  let y = 40
  for (const { set, job, timings } of groups) {
    lines.push(text(8, y + 4, `${set}: ${job}`, 'font-weight="bold"'))
    y += row
    for (const { name, backend, ratio } of timings) {
      const label = backend === '' ? name : `${backend}: ${name}`
      const fill =
        backend === ''
          ? '#888'
          : name.startsWith('tf.')
            ? '#c66'
            : name.includes('operations')
              ? '#ca6'
              : name.includes('donated')
                ? '#286'
                : '#6a9'
      lines.push(
        text(left - 8, y + 4, label, 'text-anchor="end"'),
        `<rect x="${left}" y="${y - 7}" width="${x(ratio).toFixed(1)}" height="${row - 4}" fill="${fill}"/>`,
        text(left + x(ratio) + 4, y + 4, ratio.toPrecision(3)),
      )
      y += row
    }
    y += row
  }
  const marks = [1, 2, 5, 10, 100, 1000]
    .filter((mark) => mark <= most)
    .map(
      (mark) =>
        `<line x1="${left + x(mark)}" x2="${left + x(mark)}" y1="30" y2="${y - row}" stroke="#ddd"/>${text(left + x(mark), 28, String(mark), 'text-anchor="middle" fill="#888"')}`,
    )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + width + 70}" height="${y}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="white"/>
${[text(8, 14, title), ...marks, ...lines].join('\n')}
</svg>
`
}

const text = (x: number, y: number, content: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y}" ${more}>${content.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</text>`
