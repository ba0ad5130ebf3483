/** Draw the baseline of a new line: point by point, or in one stroke that is made simpler. */
import type { Point } from '../../shapes'
import { withLine } from '../edits'
import type { Desk } from '../desk'
import { nameOf, type Points } from '../sheet'
import { distance, length, rounded, simplify } from '../trace'
import { movePen, penStart } from './pen'
import type { Aim, Tool, Work } from './tool'

/** How far a simplified stroke may be from the one that was drawn, in screen pixels. */
const LOOSE = 2

export const baselineTool: Tool = {
  id: 'baseline',
  act: 'toolBaseline',
  cursor: 'crosshair',
  begin: (desk) => work(desk),
}

/** The new line, in the order and region that fit to its place. */
export function addLine(desk: Desk, baseline: Points): void {
  const id = desk.house.newId()
  const type = desk.types.line
  const line = { id, region: null, type, baseline, mask: [], direction: '' }
  desk.commit('draw', withLine(desk.sheet, line), { choose: [nameOf('line', id)] })
  desk.house.say('drawn')
}

function work(desk: Desk): Work {
  let points: Point[] = []
  let stroke: Point[] | null = null

  const show = (...more: Point[]) => desk.haunt({ strokes: [[...points, ...more]] })
  function end() {
    const drawn = points
    points = []
    desk.haunt(null)
    desk.movePen(null)
    if (drawn.length > 1) addLine(desk, drawn)
  }
  function add(point: Point) {
    const last = points.at(-1)
    if (!last || distance(last, point) >= 1) points.push(point)
    show()
  }
  const snap = (aim: Aim) => rounded(desk.snap(aim.at, aim.reach))

  return {
    press(aim) {
      stroke = points.length ? null : [snap(aim)]
      return stroke !== null
    },
    drag(aim) {
      if (!stroke) return
      stroke.push(aim.at)
      desk.haunt({ strokes: [stroke.slice()] })
    },
    release(aim) {
      const drawn = stroke ? [...stroke, snap(aim)] : []
      stroke = null
      desk.haunt(null)
      if (length(drawn) > aim.reach)
        addLine(desk, simplify(drawn, LOOSE * desk.house.scale()).map(rounded))
    },
    click(aim) {
      const at = snap(aim)
      const last = points.at(-1)
      if (!last || distance(last, at) > aim.reach / 2) add(at)
      desk.movePen(at)
    },
    twice: end,
    hover(aim) {
      if (points.length) show(snap(aim))
    },
    enter() {
      const last = points.at(-1)
      if (!desk.pen) desk.movePen(penStart(desk))
      else if (last && distance(last, desk.pen) < 1) end()
      else {
        add(desk.pen)
        desk.house.say('placed', { n: points.length, x: desk.pen[0], y: desk.pen[1] })
      }
    },
    back() {
      points.pop()
      show()
    },
    arrow(dx, dy) {
      const at = movePen(desk, dx, dy)
      if (points.length) show(at)
    },
    cancel() {
      const had = points.length > 0 || stroke !== null
      points = []
      stroke = null
      return had
    },
  }
}
