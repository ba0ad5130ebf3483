/** The shapes of the open page as they are to be: the server's, with what waits here; done and undone. */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { t } from '../../words'
import { say, sayFault } from '../../shell/toasts'
import type { Pending, Wanted } from '../drawings'
import { corners, points } from '../present'
import type { WholePage } from '../read'
import { knownAt } from '../known'
import {
  drawingStored,
  drawnWaiting,
  forgetText,
  keepDrawing,
  keepText,
  onDrawn,
  pruneOrder,
  saving,
  shelf,
  waitingAt,
} from '../saving'
import { Board } from './board'
import { Desk } from './desk'
import { TOOLS } from './tools'
import { keepLocks, locksOf } from './locks'
import { drawnAnew, Outlines, unmasked, withMasks } from './outlines'
import { Past } from './past'
import {
  alike,
  apply,
  byName,
  type Change,
  inverse,
  kindOf,
  type Line,
  lineOf,
  type Name,
  nameOf,
  type Region,
  regionOf,
  renamedSheet,
  type Sheet,
  type Step,
  strangers,
} from './sheet'

type Text = WholePage['texts'][number]
let last = 0

/** An id for what is not on the server yet: below 0, and never given twice. */
function newId(): number {
  last = Math.max(last + 1, Date.now() * 1000)
  return -last
}

export function useDrawing(page: () => WholePage | undefined) {
  const sheet = shallowRef<Sheet>({ lines: [], regions: [] })
  const chosen = shallowRef<ReadonlySet<Name>>(new Set())
  const spots = shallowRef<Desk['spots']>([])
  const toolId = ref('select')
  const types = shallowRef({ line: '', region: '' })
  const said = ref('')
  const locked = shallowRef<ReadonlySet<Name>>(new Set())
  const past = shallowRef<{ step: Step | undefined; next: Step | undefined }>()
  /** Texts of other layers than the one that is shown; see `learnTexts`. */
  const others = new Map<string, Text>()
  const versions = new Map<Name, number>()
  /** Versions of the page that this window has made itself. */
  const own = new Set<number>()
  /** Lines for which masks were asked by hand, as they were then. */
  const asked = new Map<Name, Line>()
  let book: Past | null = null
  let outlines: Outlines | null = null

  const desk: Desk = new Desk({
    commit(step) {
      book?.push(withMasks(step, sheet.value))
      enact(step)
      outlines?.note(step, unmasked(step))
    },
    changed() {
      chosen.value = desk.chosen
      spots.value = desk.spots
      toolId.value = desk.toolId
      types.value = desk.types
      board.draw()
    },
    say: (word, values = {}) => {
      said.value = t(`layout.said.${word}`, values, Number(values.n ?? 2))
      if (word === 'locked') say(said.value)
    },
    newId,
    textsOf,
    scale: () => board.scale(),
    centre: () => board.centre(),
    toolEnds: () => take('select'),
  })
  const board: Board = new Board(desk)

  function take(id: string) {
    const tool = TOOLS.find((one) => one.id === id)
    if (tool) desk.take(tool)
  }
  take('select')

  /** The page was read, or what waits has changed in another window. */
  function show() {
    const whole = page()
    if (!whole) return
    versions.clear()
    for (const one of whole.lines) versions.set(nameOf('line', one.id), one.version)
    for (const one of whole.regions) versions.set(nameOf('region', one.id), one.version)
    pruneOrder(whole.id, new Set(whole.lines.map(({ id }) => id)))
    let now = kept(sheet.value, sheetOf(whole))
    for (const pending of drawnWaiting(whole.id)) now = apply(now, stepOf(pending))
    const masks = drawnAnew(asked, now)
    if (masks) book?.push(masks)
    put(now)
  }

  function put(now: Sheet) {
    sheet.value = now
    desk.show(now)
    past.value = { step: book?.last, next: book?.next }
  }

  /** Have a step kept and sent; the desk shows it already. */
  function enact(step: Step) {
    const whole = page()
    if (!whole) return
    for (const { name } of step.changes) asked.delete(name)
    keepDrawing(whole.id, step, (name) => versions.get(name))
    for (const { line, layer, after } of step.texts) {
      const place = { page: whole.id, layer, line }
      if (after === null) forgetText(place)
      else keepText(place, { content: after, checked: false }, stored(line, layer), true)
    }
    put(desk.sheet)
  }

  function stored(line: number, layer: number) {
    const known = knownAt({ layer, line })
    const text = textOf(line, layer)
    if (known && known.version >= (text?.version ?? 0)) return known
    return {
      version: text?.version ?? 0,
      content: text?.content ?? '',
      checked: text?.checked ?? false,
    }
  }

  function textOf(line: number, layer: number): Text | undefined {
    const shown = page()?.texts.find((text) => text.line === line && text.layer === layer)
    return shown ?? others.get(`${layer}.${line}`)
  }

  function textsOf(line: number) {
    const whole = page()
    return (whole?.layers ?? []).flatMap(({ id: layer }) => {
      const waits = waitingAt({ page: whole?.id ?? 0, layer, line })
      const content =
        waits?.content ??
        (textOf(line, layer) || knownAt({ layer, line }) ? stored(line, layer).content : null)
      return content === null ? [] : [{ layer, content }]
    })
  }

  function back(way: 'undo' | 'redo') {
    const step = way === 'undo' ? book?.last : book?.next
    if (!step || !book) return
    const wanted = way === 'undo' ? inverse(step) : step
    if (wanted.changes.some(({ name }) => locked.value.has(name)))
      return desk.house.say('locked')
    if (strangers(sheet.value, wanted).length) {
      book.forget()
      past.value = undefined
      say(t('layout.stranger'))
      return
    }
    book[way]()
    desk.cancel()
    const now = apply(sheet.value, wanted)
    desk.sheet = now
    enact(wanted)
    outlines?.note(wanted, way === 'redo' ? unmasked(wanted) : [])
    desk.choose(wanted.changes.filter(({ after }) => after).map(({ name }) => name))
    said.value = t(`layout.said.${way}`, { what: t(`layout.done.${step.act}`) })
  }

  /** When new masks of these lines have come, they are a step that brings back those of now. */
  function awaitMasks(names: readonly Name[]) {
    const there = byName(sheet.value)
    for (const name of names) asked.set(name, there.get(name) as Line)
  }
  /** Masks anew: of the chosen lines, else of those that wait for one. */
  async function outline() {
    const lines = () => [...desk.chosen].filter((name) => kindOf(name) === 'line')
    try {
      const n = await (lines().length
        ? outlines?.ask(lines, awaitMasks)
        : outlines?.askWaiting(awaitMasks))
      desk.house.say('masks', { n: n ?? 0 })
      say(t('layout.said.masks', { n: n ?? 0 }, n ?? 0))
    } catch (error) {
      asked.clear()
      sayFault(error)
    }
  }

  function setLocked(now: ReadonlySet<Name>) {
    locked.value = desk.locked = now
  }
  /** Lock the chosen regions, or unlock them where one of them is locked. */
  function lock() {
    const [id, regions] = [
      page()?.id,
      [...desk.chosen].filter((name) => kindOf(name) === 'region'),
    ]
    if (id === undefined || !regions.length) return
    const opens = regions.some((name) => locked.value.has(name))
    const others = [...locked.value].filter((name) => !regions.includes(name))
    setLocked(new Set(opens ? others : [...others, ...regions]))
    keepLocks(id, locked.value)
    desk.house.say(opens ? 'unlocked' : 'isLocked', { n: regions.length })
  }

  const stop = onDrawn(({ page: id, version, names, versions: made }) => {
    if (id !== page()?.id) return
    own.add(version)
    for (const [name, one] of made) versions.set(name, one)
    book?.rename(names)
    outlines?.rename(names)
    if (!names.size) return
    const named = (name: Name) => names.get(name) ?? name
    if (locked.value.size) {
      setLocked(new Set([...locked.value].map(named)))
      keepLocks(id, locked.value)
    }
    desk.chosen = new Set([...desk.chosen].map(named))
    desk.spots = desk.spots.map((spot) => ({ ...spot, name: named(spot.name) }))
    put(renamedSheet(sheet.value, names))
  })
  onScopeDispose(() => {
    stop()
    outlines?.close()
  })

  watch(
    () => page()?.id,
    (id) => {
      others.clear()
      desk.choose([])
      outlines?.close()
      setLocked(id === undefined ? new Set() : locksOf(id))
      outlines =
        id === undefined
          ? null
          : new Outlines(
              id,
              () => drawingStored(id),
              (name) => lineOf(sheet.value, name) !== undefined,
            )
    },
    { immediate: true },
  )
  watch(
    [() => page()?.id, () => page()?.image.sha256],
    ([id, image]) => {
      desk.cancel()
      asked.clear()
      book = id === undefined || image === undefined ? null : new Past(shelf(), id, image)
    },
    { immediate: true },
  )
  watch(page, show, { immediate: true })

  /** What others have changed meanwhile, so that one of two must be chosen. */
  const rivals = computed((): Wanted[] => {
    void saving.turn.value
    const id = page()?.id
    return drawnWaiting(id ?? 0).flatMap(({ wanted }) => wanted.filter((one) => one.rival))
  })
  watch(rivals, (found) =>
    board.setRivals(
      found.flatMap(({ rival }) =>
        (['baseline', 'polygon'] as const).flatMap((part) => [
          ...(rival?.values[part] ? [rival.values[part]] : []),
        ]),
      ),
    ),
  )

  return {
    sheet,
    chosen,
    spots,
    toolId,
    types,
    said,
    rivals,
    locked,
    lock,
    desk,
    board,
    take,
    show,
    undo: () => back('undo'),
    redo: () => back('redo'),
    outline,
    awaitMasks: () => awaitMasks(sheet.value.lines.map(({ id }) => nameOf('line', id))),
    undoable: computed(() => past.value?.step),
    redoable: computed(() => past.value?.next),
    /** The page as it is to be: what other parts of the editor show. */
    whole: computed(() => {
      const whole = page()
      return whole && withSheet(whole, sheet.value)
    }),
    /** The border of the one region that is chosen. */
    region: computed(() => {
      const [name, ...rest] = chosen.value
      return name && !rest.length ? (regionOf(sheet.value, name)?.polygon ?? null) : null
    }),
    /** Whether this window has made that version of the page itself. */
    isOwn: (version: unknown) => typeof version === 'number' && own.has(version),
    /** Write the text of a line in the layer, as one step. */
    write(line: number, layer: number, text: string) {
      const before = textsOf(line).find((one) => one.layer === layer)?.content ?? null
      if (before === text) return
      desk.commit('text', desk.sheet, { texts: [{ line, layer, before, after: text }] })
    },
    learnTexts(texts: readonly Text[]) {
      for (const text of texts) others.set(`${text.layer}.${text.line}`, text)
    },
  }
}
export type Drawing = ReturnType<typeof useDrawing>

function sheetOf(whole: WholePage): Sheet {
  return {
    lines: whole.lines.map(({ id, region, type, baseline, mask, direction }) => ({
      ...{ id, region, type, direction },
      ...{ baseline: points(baseline), mask: corners(mask) },
    })),
    regions: whole.regions.map(({ id, parent, kind, type, polygon, direction }) => ({
      ...{ id, parent, kind, type, direction, polygon: corners(polygon) },
    })),
  }
}

/** The new state with the old one's objects where nothing has changed: little is drawn again. */
function kept(before: Sheet, now: Sheet): Sheet {
  const same = <S extends Line | Region>(old: readonly S[], fresh: readonly S[]) => {
    const there = new Map(old.map((one) => [one.id, one]))
    return fresh.map((one) => {
      const was = there.get(one.id)
      const fields = Object.keys(one) as (keyof S)[]
      return was && fields.every((field) => alike(was[field], one[field])) ? was : one
    })
  }
  return { lines: same(before.lines, now.lines), regions: same(before.regions, now.regions) }
}

function stepOf({ wanted, order }: Pending): Pick<Step, 'changes' | 'order'> {
  const changes = wanted.map(
    ({ name, fate, values }): Change => ({
      name,
      before: null,
      after: fate === 'gone' ? null : values,
    }),
  )
  return { changes, order: order && { before: [], after: order } }
}

function withSheet(whole: WholePage, { lines, regions }: Sheet): WholePage {
  const old = {
    lines: new Map(whole.lines.map((line) => [line.id, line])),
    regions: new Map(whole.regions.map((region) => [region.id, region])),
  }
  return {
    ...whole,
    lines: lines.map((line, position) => ({
      ...(old.lines.get(line.id) ?? { key: '', version: 0, comments: 0, flagged: false }),
      ...line,
      position,
      baseline: line.baseline as [number, number][],
      mask: line.mask as [number, number][],
    })),
    regions: regions.map((region) => ({
      ...(old.regions.get(region.id) ?? { key: '', version: 0 }),
      ...region,
      polygon: region.polygon as [number, number][],
    })),
  }
}
