/** Draw a box around shapes to choose them. */
import type { Point } from '../../shapes'
import { rectangle } from '../trace'
import { lassoed } from './lasso'
import type { Tool } from './tool'

export const boxTool: Tool = {
  id: 'box',
  act: 'toolBox',
  cursor: 'crosshair',
  begin(desk) {
    let from: Point | null = null
    return {
      press(aim) {
        from = aim.at
        return true
      },
      drag(aim) {
        if (from) desk.haunt({ area: rectangle(from, aim.at) })
      },
      release(aim) {
        if (from) lassoed(desk, rectangle(from, aim.at), aim.shift)
        from = null
      },
      click: () => desk.choose([]),
      cancel() {
        const had = from !== null
        from = null
        return had
      },
    }
  },
}
