/** Drawing without a pointer: a cross that the arrow keys move. */
import type { Point } from '../../shapes'
import type { Desk } from '../desk'
import { lineOf } from '../sheet'
import { middle, rounded } from '../trace'

const STEP = 10 // screen pixels

/** Where the keyboard begins to draw: below the line that is chosen, else in the middle of what is seen. */
export function penStart(desk: Desk): Point {
  for (const name of desk.chosen) {
    const line = lineOf(desk.sheet, name)
    const [start] = line?.baseline ?? []
    if (start) return [start[0], start[1] + below(desk)]
  }
  return rounded(desk.house.centre())
}

/** The usual distance from a line to the next one. */
function below(desk: Desk): number {
  const heights = desk.sheet.lines
    .flatMap(({ baseline }) => middle(baseline)?.[1] ?? [])
    .sort((a, b) => a - b)
  const gaps = heights
    .slice(1)
    .map((y, at) => y - (heights[at] ?? y))
    .filter((gap) => gap > 4)
    .sort((a, b) => a - b)
  return Math.round(gaps[Math.floor(gaps.length / 2)] ?? 40 * desk.house.scale())
}

/** Move the cross by arrow keys: ten screen pixels, fifty with Shift, so that it goes as fast at any zoom. */
export function movePen(desk: Desk, dx: number, dy: number): Point {
  const [x, y] = desk.pen ?? penStart(desk)
  const step = Math.max(1, Math.round(STEP * desk.house.scale()))
  const to = rounded([x + dx * step, y + dy * step])
  desk.movePen(to)
  desk.house.say('pen', { x: to[0], y: to[1] })
  return to
}
