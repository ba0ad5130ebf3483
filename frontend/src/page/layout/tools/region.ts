/** Draw a rectangle as a new region; as a polygon it can be edited afterwards. */
import type { Point } from '../../shapes'
import type { Desk } from '../desk'
import { nameOf, type Points } from '../sheet'
import { rectangle, rounded } from '../trace'
import { movePen, penStart } from './pen'
import type { Tool } from './tool'

const LEAST = 4 // pixels on each side

export function addRegion(desk: Desk, polygon: Points): void {
  const id = desk.house.newId()
  const type = desk.types.region
  const region = { id, parent: null, kind: 'text', type, polygon, direction: '' }
  const sheet = { ...desk.sheet, regions: [...desk.sheet.regions, region] }
  desk.commit('drawRegion', sheet, { choose: [nameOf('region', id)] })
  desk.house.say('drawn')
}

export const regionTool: Tool = {
  id: 'region',
  act: 'toolRegion',
  cursor: 'crosshair',
  begin(desk) {
    let from: Point | null = null

    function end(to: Point) {
      const start = from
      from = null
      desk.haunt(null)
      desk.movePen(null)
      if (!start) return
      const big = Math.abs(start[0] - to[0]) >= LEAST && Math.abs(start[1] - to[1]) >= LEAST
      if (big) addRegion(desk, rectangle(start, to))
    }

    return {
      press(aim) {
        if (from) return false // its second corner is clicked
        from = rounded(aim.at)
        return true
      },
      drag(aim) {
        if (from) desk.haunt({ area: rectangle(from, aim.at) })
      },
      release: (aim) => end(rounded(aim.at)),
      click(aim) {
        if (from) end(rounded(aim.at))
        else from = rounded(aim.at)
      },
      hover(aim) {
        if (from) desk.haunt({ area: rectangle(from, aim.at) })
      },
      enter() {
        if (!desk.pen) return desk.movePen(penStart(desk))
        if (from) return end(desk.pen)
        from = desk.pen
        desk.house.say('corner', { x: from[0], y: from[1] })
      },
      arrow(dx, dy) {
        const at = movePen(desk, dx, dy)
        if (from) desk.haunt({ area: rectangle(from, at) })
      },
      cancel() {
        const had = from !== null
        from = null
        return had
      },
    }
  },
}
