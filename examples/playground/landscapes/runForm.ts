import { element, fill } from '../page.js'
import { averages, optimizers, type Run } from './choices.js'
import { schedules } from './schedules.js'

/** Brings the menus of a run to life; `changed` is told what they say. */
export const runForm = (i: number, run: Run, changed: (next: Run) => void): void => {
  const menu = (name: string): HTMLSelectElement => element(`${name}-${i}`, HTMLSelectElement)
  const input = (name: string): HTMLInputElement => element(`${name}-${i}`, HTMLInputElement)
  let now = run
  fill(menu('optimizer'), named(optimizers))
  fill(menu('schedule'), named(schedules))
  fill(menu('average'), named(averages))
  fill(menu('order'), [
    ['sequential', 'after the update'],
    ['concurrent', 'before the update'],
  ])
  const say = (): void => {
    for (const name of ['optimizer', 'schedule', 'average', 'order'] as const) menu(name).value = now[name]
    input('options').value = now.options
    input('average-options').value = now.averageOptions
  }
  const set = (change: Partial<Run>): void => {
    now = { ...now, ...change }
    say()
    changed(now)
  }
  const on = (place: HTMLSelectElement | HTMLInputElement, change: (value: string) => Partial<Run>): void =>
    place.addEventListener('change', () => set(change(place.value)))
  on(menu('optimizer'), (optimizer) => ({ optimizer, options: optimizers[optimizer] ?? '{}' }))
  on(menu('average'), (average) => ({ average, averageOptions: averages[average] ?? '' }))
  on(menu('schedule'), (schedule) => ({ schedule }))
  on(menu('order'), (order) => ({ order: order === 'concurrent' ? 'concurrent' : 'sequential' }))
  on(input('options'), (options) => ({ options }))
  on(input('average-options'), (averageOptions) => ({ averageOptions }))
  say()
}

const named = (menu: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] =>
  Object.keys(menu).map((name) => [name, name])
