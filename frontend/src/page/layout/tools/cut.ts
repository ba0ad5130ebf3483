/** Cut lines where they are clicked, or all lines and chosen regions that a drawn knife meets. */
import type { Point } from '../../shapes'
import { cutLine, cutRegion, metBy } from '../edits'
import { shapeAt } from '../finding'
import type { Desk } from '../desk'
import { idOf, kindOf, lineOf, type Name, nameOf, type Sheet, type TextChange } from '../sheet'
import { splitText } from '../splitting'
import { middle, nearest, rounded } from '../trace'
import { movePen, penStart } from './pen'
import type { Tool } from './tool'

/** Lines, each at a place of it, in two; their texts too. Returns whether anything was cut. */
function cutAll(
  desk: Desk,
  places: readonly { id: number; at: Point }[],
  knife: readonly [Point, Point] | null,
): boolean {
  let sheet: Sheet = desk.sheet
  const names: Name[] = []
  const texts: TextChange[] = []
  for (const { id, at } of places) {
    const cut = cutLine(sheet, id, at, desk.house.newId)
    if (!cut) continue
    sheet = cut.sheet
    names.push(nameOf('line', id), nameOf('line', cut.made))
    for (const { layer, content } of desk.house.textsOf(id)) {
      const [before, after] = splitText(content, cut.share)
      texts.push({ line: id, layer, before: content, after: before })
      texts.push({ line: cut.made, layer, before: null, after })
    }
  }
  if (knife)
    for (const name of desk.chosen) {
      const cut =
        kindOf(name) === 'region' ? cutRegion(sheet, idOf(name), knife, desk.house.newId) : null
      if (!cut) continue
      sheet = cut.sheet
      names.push(name, nameOf('region', cut.made))
    }
  if (!names.length) return false
  desk.commit('cut', sheet, { choose: names, texts })
  desk.house.say('cut', { n: names.length })
  return true
}

export const cutTool: Tool = {
  id: 'cut',
  act: 'toolCut',
  cursor: 'crosshair',
  begin(desk) {
    let from: Point | null = null

    function slash(to: Point) {
      const start = from
      from = null
      desk.haunt(null)
      if (!start) return
      const knife = [start, to] as const
      const places = metBy(desk.sheet, knife).map(({ line, at }) => ({ id: line.id, at }))
      if (!cutAll(desk, places, knife)) desk.house.say('missed')
    }
    /** The one line that is chosen. */
    const line = () => {
      const [name, ...rest] = desk.chosen
      return name && !rest.length ? lineOf(desk.sheet, name) : undefined
    }

    return {
      press(aim) {
        from = aim.at
        return true
      },
      drag(aim) {
        if (from) desk.haunt({ strokes: [[from, aim.at]] })
      },
      release: (aim) => slash(aim.at),
      click(aim) {
        from = null
        const hit = shapeAt(desk.sheet, aim.at, aim.reach, { ...desk.within, regions: false })
        if (hit) cutAll(desk, [{ id: idOf(hit), at: aim.at }], null)
      },
      enter() {
        const only = line()
        if (only && desk.pen) {
          if (!cutAll(desk, [{ id: only.id, at: desk.pen }], null)) desk.house.say('missed')
          desk.movePen(null)
          desk.house.toolEnds()
        } else if (only) desk.movePen(middle(only.baseline))
        else if (!desk.pen) desk.movePen(penStart(desk))
        else if (from) {
          slash(desk.pen)
          desk.movePen(null)
        } else from = desk.pen
      },
      arrow(dx, dy) {
        const only = line()
        if (only && !desk.pen) desk.movePen(middle(only.baseline))
        const at = movePen(desk, dx, dy)
        if (only) {
          const foot = nearest(only.baseline, at)
          if (foot) desk.movePen(rounded(foot.point))
        } else if (from) desk.haunt({ strokes: [[from, at]] })
      },
      cancel() {
        const had = from !== null
        from = null
        return had
      },
    }
  },
}
