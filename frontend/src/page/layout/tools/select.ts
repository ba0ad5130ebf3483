/** Choose shapes and points, and move them. A drag beside what is chosen moves the image. */
import type { Point } from '../../shapes'
import { moved, pointAdded, type Spot, spotsMoved } from '../edits'
import { partsOf, shapeAt, spotAt } from '../finding'
import { pointsOf } from '../edits'
import type { Desk } from '../desk'
import { nearest, rounded } from '../trace'
import { lassoed } from './lasso'
import type { Aim, Tool, Work } from './tool'

type Drag =
  | { what: 'spots'; from: Point; spots: readonly Spot[]; grabbed: Point }
  | { what: 'shapes'; from: Point }
  | { what: 'lasso'; trail: Point[] }

export const selectTool: Tool = {
  id: 'select',
  act: 'toolSelect',
  cursor: 'default',
  begin: (desk) => work(desk),
}

function work(desk: Desk): Work {
  let drag: Drag | null = null

  function press(aim: Aim): boolean {
    const spot = spotAt(desk.sheet, desk.chosen, aim.at, aim.reach, desk.shown)
    if (aim.shift) drag = { what: 'lasso', trail: [aim.at] }
    else if (spot) drag = grab(spot, aim)
    else if (desk.chosen.size && (aim.ctrl || isOnChosen(aim)))
      drag = { what: 'shapes', from: aim.at }
    else drag = null
    return drag !== null
  }

  function grab(spot: Spot, aim: Aim): Drag {
    const among = desk.spots.some((one) => same(one, spot))
    const spots = among ? desk.spots : [spot]
    if (!among) desk.choose(desk.chosen, spots)
    const grabbed = pointsOf(desk.sheet, spot.name, spot.part)[spot.index] ?? aim.at
    return { what: 'spots', from: aim.at, spots, grabbed }
  }

  function isOnChosen(aim: Aim): boolean {
    const hit = shapeAt(desk.sheet, aim.at, aim.reach, desk.within)
    return hit !== null && desk.chosen.has(hit)
  }

  function after(aim: Aim) {
    if (drag?.what === 'shapes') {
      const [dx, dy] = rounded([aim.at[0] - drag.from[0], aim.at[1] - drag.from[1]])
      return moved(desk.sheet, desk.chosen, dx, dy)
    }
    if (drag?.what !== 'spots') return null
    const { grabbed, from, spots } = drag
    const wanted: Point = [grabbed[0] + aim.at[0] - from[0], grabbed[1] + aim.at[1] - from[1]]
    // Masks go round ink and have nothing to snap to.
    const snaps = spots.length === 1 && spots[0]?.part !== 'mask'
    const to = rounded(snaps ? desk.snap(wanted, aim.reach, desk.chosen) : wanted)
    return spotsMoved(desk.sheet, spots, to[0] - grabbed[0], to[1] - grabbed[1])
  }

  return {
    press,
    drag(aim) {
      if (drag?.what === 'lasso') {
        drag.trail.push(aim.at)
        desk.haunt({ area: drag.trail.slice() })
      } else desk.preview(after(aim))
    },
    release(aim) {
      const was = drag
      const sheet = after(aim)
      drag = null
      if (was?.what === 'lasso') lassoed(desk, was.trail, true)
      else if (sheet) desk.commit(was?.what === 'spots' ? 'point' : 'move', sheet)
    },
    click(aim) {
      const spot = spotAt(desk.sheet, desk.chosen, aim.at, aim.reach, desk.shown)
      if (spot && !aim.shift) return desk.choose(desk.chosen, [spot])
      const hit = shapeAt(desk.sheet, aim.at, aim.reach, desk.within)
      if (hit && (aim.shift || aim.ctrl)) desk.toggle(hit)
      else if (!aim.shift) desk.choose(hit ? [hit] : [])
    },
    twice(aim) {
      for (const name of desk.chosen)
        for (const part of partsOf(name, desk.shown)) {
          const foot = nearest(pointsOf(desk.sheet, name, part), aim.at, part !== 'baseline')
          if (!foot || foot.distance > aim.reach) continue
          const added = pointAdded(desk.sheet, name, part, aim.at)
          if (!added) return
          desk.commit('pointAdded', added.sheet)
          desk.choose(desk.chosen, [{ name, part, index: added.index }])
          return
        }
    },
    cancel() {
      const had = drag !== null
      drag = null
      return had
    },
  }
}

function same(one: Spot, other: Spot): boolean {
  return one.name === other.name && one.part === other.part && one.index === other.index
}
