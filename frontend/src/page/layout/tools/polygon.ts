/** Draw a region point by point. */
import type { Point } from '../../shapes'
import { distance, rounded } from '../trace'
import { movePen, penStart } from './pen'
import { addRegion } from './region'
import type { Tool } from './tool'

export const polygonTool: Tool = {
  id: 'polygon',
  act: 'toolPolygon',
  cursor: 'crosshair',
  begin(desk) {
    let points: Point[] = []
    const show = (...more: Point[]) => desk.haunt({ area: [...points, ...more] })
    function end() {
      const drawn = points
      points = []
      desk.haunt(null)
      desk.movePen(null)
      if (drawn.length > 2) addRegion(desk, drawn)
    }
    return {
      click(aim) {
        const at = rounded(desk.snap(aim.at, aim.reach))
        const [first] = points
        if (first && points.length > 2 && distance(first, at) <= aim.reach) return end()
        const last = points.at(-1)
        if (!last || distance(last, at) > aim.reach / 2) points.push(at)
        desk.movePen(at)
        show()
      },
      twice: end,
      hover(aim) {
        if (points.length) show(rounded(aim.at))
      },
      enter() {
        const last = points.at(-1)
        if (!desk.pen) return desk.movePen(penStart(desk))
        if (last && distance(last, desk.pen) < 1) return end()
        points.push(desk.pen)
        show()
        desk.house.say('placed', { n: points.length, x: desk.pen[0], y: desk.pen[1] })
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
        const had = points.length > 0
        points = []
        return had
      },
    }
  },
}
