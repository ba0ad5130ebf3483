/** Draw around shapes to choose them. What is caught in part gives its points only. */
import type { Point } from '../../shapes'
import { caught } from '../finding'
import type { Desk } from '../desk'
import type { Points } from '../sheet'
import type { Tool } from './tool'

/** Choose what lies in an area. */
export function lassoed(desk: Desk, area: Points, adds: boolean): void {
  desk.haunt(null)
  const { names, spots, whole } = caught(desk.sheet, area, desk.within)
  const chosen = adds ? [...desk.chosen, ...names] : names
  desk.choose(chosen, whole ? [] : spots)
  desk.house.say('chosen', { n: desk.chosen.size })
}

export const lassoTool: Tool = {
  id: 'lasso',
  act: 'toolLasso',
  cursor: 'crosshair',
  begin(desk) {
    let trail: Point[] | null = null
    return {
      press(aim) {
        trail = [aim.at]
        return true
      },
      drag(aim) {
        trail?.push(aim.at)
        desk.haunt({ area: trail?.slice() ?? null })
      },
      release(aim) {
        if (trail) lassoed(desk, trail, aim.shift)
        trail = null
      },
      click: () => desk.choose([]),
      cancel() {
        const had = trail !== null
        trail = null
        return had
      },
    }
  },
}
