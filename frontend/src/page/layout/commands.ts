/** What can be done to what is chosen on the desk: each act one step, with words for those who do not see it. */
import type { Act } from '../keys'
import type { Point } from '../shapes'
import type { Desk } from './desk'
import {
  directed,
  duplicated,
  fewest,
  joined,
  linked,
  linkedByPlace,
  moved,
  pointAdded,
  pointsOf,
  removed,
  retyped,
  reversed,
  type Spot,
  spotsRemoved,
} from './edits'
import { numberOf, spotsOf, walkOf } from './finding'
import { idOf, kindOf, lineOf, type Name, nameOf, regionOf, type TextChange } from './sheet'
import { joinTexts } from './splitting'

/** The chosen lines. */
export function chosenLines(desk: Desk): Name[] {
  return [...desk.chosen].filter((name) => kindOf(name) === 'line')
}

/** The regions and lines, as they are walked through; of locked regions only lines. */
function walk(desk: Desk): Name[] {
  const { regions } = desk.within
  return walkOf(desk.sheet).filter(
    (name) => kindOf(name) === 'line' || (regions && !desk.locked.has(name)),
  )
}

export function step(desk: Desk, by: 1 | -1, extends_ = false): boolean {
  const all = walk(desk)
  const last = [...desk.chosen].at(-1)
  const at = last ? all.indexOf(last) : by > 0 ? -1 : all.length
  const next = all[at + by]
  if (!next) return false
  desk.choose(extends_ ? [...desk.chosen, next] : [next])
  tell(desk, next)
  return true
}

/** Say which shape it is. */
export function tell(desk: Desk, name: Name): void {
  const line = lineOf(desk.sheet, name)
  const region = regionOf(desk.sheet, name)
  if (line)
    desk.house.say('line', {
      number: numberOf(desk.sheet, name),
      type: line.type,
      points: line.baseline.length,
    })
  if (region) desk.house.say('region', { type: region.type, points: region.polygon.length })
}

export function chooseAll(desk: Desk): void {
  const lines = desk.sheet.lines.map(({ id }) => nameOf('line', id))
  const onlyRegions = desk.chosen.size > 0 && chosenLines(desk).length === 0
  desk.choose(onlyRegions ? desk.sheet.regions.map(({ id }) => nameOf('region', id)) : lines)
  desk.house.say('chosen', { n: desk.chosen.size })
}

/** Move the chosen points, or else the chosen shapes; whether there was anything to move. */
export function nudge(desk: Desk, dx: number, dy: number): boolean {
  if (desk.spots.length) desk.commit('point', desk.nudgeSpots(dx, dy))
  else if (desk.chosen.size) desk.commit('move', moved(desk.sheet, desk.chosen, dx, dy))
  else return false
  const [spot] = desk.spots
  const point = spot && pointsOf(desk.sheet, spot.name, spot.part)[spot.index]
  if (point) sayPoint(desk, spot, point)
  return true
}

export function nextSpot(desk: Desk, by: 1 | -1): void {
  const all = spotsOf(desk.sheet, desk.chosen, desk.shown)
  if (!all.length) return
  const [now] = desk.spots
  const at = now
    ? all.findIndex(
        (one) => one.name === now.name && one.part === now.part && one.index === now.index,
      )
    : by > 0
      ? -1
      : 0
  const next = all[(at + by + all.length) % all.length]
  if (!next) return
  desk.choose(desk.chosen, [next])
  sayPoint(desk, next, pointsOf(desk.sheet, next.name, next.part)[next.index] ?? [0, 0])
}

function sayPoint(desk: Desk, { part, index }: Spot, [x, y]: Point): void {
  desk.house.say(`point.${part}`, { n: index + 1, x, y })
}

/** A point half-way to the next one. */
export function addSpot(desk: Desk): void {
  const [spot = spotsOf(desk.sheet, desk.chosen, desk.shown)[0]] = desk.spots
  if (!spot) return
  const points = pointsOf(desk.sheet, spot.name, spot.part)
  const last = spot.part === 'baseline' && spot.index === points.length - 1
  const index = last ? spot.index - 1 : spot.index
  const [from, to] = [points[index], points[(index + 1) % points.length]]
  if (!from || !to) return
  const added = pointAdded(desk.sheet, spot.name, spot.part, [
    (from[0] + to[0]) / 2,
    (from[1] + to[1]) / 2,
  ])
  if (!added) return
  desk.commit('pointAdded', added.sheet)
  desk.choose(desk.chosen, [{ ...spot, index: added.index }])
}

/** Remove the chosen points; whether there were any that could go. */
export function removeSpots(desk: Desk): boolean {
  if (!desk.spots.length) return false
  const [spot] = desk.spots
  desk.commit('pointRemoved', spotsRemoved(desk.sheet, desk.spots))
  if (spot) {
    const left = pointsOf(desk.sheet, spot.name, spot.part).length
    const index = Math.min(spot.index, left - 1)
    if (left <= fewest(spot.part)) desk.house.say('fewest', { n: left })
    desk.choose(desk.chosen, desk.spots.length === 1 ? [{ ...spot, index }] : [])
  }
  return true
}

/** The Delete key: one point that is being worked on, else the chosen shapes. */
export function removeChosen(desk: Desk): void {
  if (desk.spots.length === 1) return void removeSpots(desk)
  const { size } = desk.chosen
  if (!size) return
  const all = walk(desk)
  const next = all[all.findIndex((name) => desk.chosen.has(name)) + size]
  desk.commit('remove', removed(desk.sheet, desk.chosen), { choose: next ? [next] : [] })
  desk.house.say('removed', { n: size })
}

export function join(desk: Desk): void {
  const found = joined(desk.sheet, desk.chosen)
  if (!found) return desk.house.say('tooFew')
  const lines = desk.sheet.lines.filter(({ id }) => desk.chosen.has(nameOf('line', id)))
  const texts = lines.map(({ id }) => desk.house.textsOf(id))
  const layers = new Set(texts.flatMap((those) => those.map(({ layer }) => layer)))
  const changes = [...layers].map((layer): TextChange => {
    const of = (those: (typeof texts)[number] | undefined) =>
      those?.find((text) => text.layer === layer)?.content ?? null
    return { line: found.kept, layer, before: of(texts[0]), after: joinTexts(texts.map(of)) }
  })
  desk.commit('join', found.sheet, { choose: [nameOf('line', found.kept)], texts: changes })
  desk.house.say('joined', { n: lines.length })
}

export function reverse(desk: Desk): void {
  if (!chosenLines(desk).length) return
  desk.commit('reverse', reversed(desk.sheet, desk.chosen))
  desk.house.say('reversed', { n: chosenLines(desk).length })
}

export function duplicate(desk: Desk): void {
  if (!desk.chosen.size) return
  const { sheet, names } = duplicated(desk.sheet, desk.chosen, desk.house.newId)
  desk.commit('duplicate', sheet, { choose: names })
  desk.house.say('duplicated', { n: names.length })
}

/** Into the region that is chosen with the lines, else each into the one that it lies in. */
export function link(desk: Desk): void {
  const lines = new Set(chosenLines(desk))
  if (!lines.size) return
  const region = [...desk.chosen].find((name) => kindOf(name) === 'region')
  const sheet = region
    ? linked(desk.sheet, lines, idOf(region))
    : linkedByPlace(desk.sheet, lines)
  desk.commit('link', sheet)
  desk.house.say('linked', { n: lines.size })
}

export function linkAll(desk: Desk): void {
  const all = new Set(desk.sheet.lines.map(({ id }) => nameOf('line', id)))
  desk.commit('link', linkedByPlace(desk.sheet, all))
  desk.house.say('linked', { n: all.size })
}

export function unlink(desk: Desk): void {
  const lines = new Set(chosenLines(desk))
  desk.commit('unlink', linked(desk.sheet, lines, null))
  desk.house.say('unlinked', { n: lines.size })
}

/** Give the chosen shapes of a kind a type; new ones get it too from now on. */
export function retype(desk: Desk, kind: 'line' | 'region', type: string): void {
  desk.types = { ...desk.types, [kind]: type }
  const names = new Set([...desk.chosen].filter((name) => kindOf(name) === kind))
  desk.commit('retype', retyped(desk.sheet, names, type))
  desk.house.say('typed', { n: names.size, type })
}

/** Give the chosen shapes a direction of their own; empty: as what they stand in. */
export function direct(desk: Desk, direction: string): void {
  desk.commit('direct', directed(desk.sheet, desk.chosen, direction))
  desk.house.say('directed', { n: desk.chosen.size })
}

const FAR = 10 // pixels with Shift

const MOVES: Partial<Record<Act, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
  farLeft: [-FAR, 0],
  farRight: [FAR, 0],
  farUp: [0, -FAR],
  farDown: [0, FAR],
}

/** Do what a key asks for, where that needs nothing but the desk; whether it was done. */
export function obey(desk: Desk, act: Act): boolean {
  const move = MOVES[act]
  if (move) {
    const [dx, dy] = move
    if (desk.work.arrow) {
      const far = Math.abs(dx + dy) === FAR
      desk.work.arrow(far ? dx / 2 : dx, far ? dy / 2 : dy)
      return true
    }
    return nudge(desk, dx, dy)
  }
  const does = COMMANDS[act]
  if (!does) return false
  return does(desk) !== false
}

const COMMANDS: Partial<Record<Act, (desk: Desk) => unknown>> = {
  shapeAfter: (desk) => step(desk, 1),
  shapeBefore: (desk) => step(desk, -1),
  extendAfter: (desk) => step(desk, 1, true),
  extendBefore: (desk) => step(desk, -1, true),
  chooseAll,
  enter: (desk) => (desk.work.enter ? desk.work.enter() : false),
  stepBack: (desk) => (desk.work.back ? desk.work.back() : removeChosen(desk)),
  pointAfter: (desk) => nextSpot(desk, 1),
  pointBefore: (desk) => nextSpot(desk, -1),
  pointAdd: addSpot,
  remove: removeChosen,
  removePoints: removeSpots,
  join,
  reverse,
  duplicate,
  link,
  unlink,
}
