/** Annotations of the image on a desk of their own: the tools of Layout draw and change them. */
import { ref, shallowRef, watch } from 'vue'
import { t } from '../../words'
import { points } from '../present'
import { Desk } from '../layout/desk'
import {
  alike,
  type Change,
  idOf,
  nameOf,
  type Points,
  type Region,
  type Sheet,
} from '../layout/sheet'
import { TOOLS } from '../layout/tools'
import { rectangle } from '../layout/trace'
import { boxOf } from '../shapes'
import type { Note, Taxonomy } from '../../api/types'
import { NotesBoard } from './board'
import type { Notes } from './useNotes'

export function useMarking(notes: Notes, works: () => boolean) {
  /** What the next annotation is; null: those that are there are chosen and changed. */
  const kind = shallowRef<Taxonomy | null>(null)
  const chosen = ref<number | null>(null)
  const said = ref('')
  let last = 0

  const desk: Desk = new Desk({
    commit: ({ changes }) => {
      if (!works()) return show()
      for (const change of changes) void keep(change)
    },
    changed() {
      const [name] = desk.chosen
      const onImage = (id: number | null) =>
        notes.notes.value.some((one) => one.id === id && !one.layer)
      if (name) chosen.value = idOf(name)
      else if (onImage(chosen.value)) chosen.value = null
      board.draw()
    },
    say: (word, values = {}) => {
      said.value = t(`layout.said.${word}`, values, Number(values.n ?? 2))
    },
    newId: () => --last,
    textsOf: () => [],
    scale: () => board.scale(),
    centre: () => board.centre(),
    toolEnds: () => take(null),
  })
  const board: NotesBoard = new NotesBoard(desk)
  desk.shown = { lines: false, masks: false, regions: true }

  /** Draw annotations of this kind from now on. */
  function take(taxonomy: Taxonomy | null) {
    kind.value = taxonomy
    const tool = { rectangle: 'region', polygon: 'polygon' }[taxonomy?.marker ?? '']
    const found = TOOLS.find(({ id }) => id === (tool ?? 'select'))
    if (found) desk.take(found)
    desk.types = { line: '', region: taxonomy?.name ?? '' }
  }
  take(null)

  async function keep({ name, before, after }: Change) {
    const id = idOf(name)
    if (!after) return void notes.remove(id)
    if (!after.polygon) return
    const one = notes.notes.value.find((note) => note.id === id)
    if (before && one) {
      const straight = notes.known.value.get(one.taxonomy)?.marker === 'rectangle'
      const polygon = straight ? squared(before.polygon ?? [], after.polygon) : after.polygon
      if (alike(polygon, before.polygon)) return show()
      return void notes.change(id, { polygon })
    }
    if (!kind.value) return
    const made = await notes.add(kind.value.id, { polygon: after.polygon })
    show()
    if (made) desk.choose([nameOf('region', made.id)])
  }

  function show() {
    const there = notes.notes.value.filter(({ layer }) => layer === null)
    const sheet = sheetOf(there, notes)
    desk.show(sheet)
    board.show(
      sheet.regions.map(({ id, type, polygon }) => {
        const taxonomy = notes.known.value.get(
          there.find((one) => one.id === id)?.taxonomy ?? 0,
        )
        return { id, polygon, label: type, colour: taxonomy?.colour ?? '#8a1c3b' }
      }),
    )
  }
  watch([notes.notes, notes.known, notes.drawn], show, { immediate: true })

  return {
    kind,
    chosen,
    said,
    desk,
    board,
    take,
    /** Choose one in the list. */
    choose(note: Note | null) {
      desk.choose(note && note.layer === null ? [nameOf('region', note.id)] : [])
      chosen.value = note?.id ?? null
    },
  }
}

function sheetOf(there: readonly Note[], { drawn, known }: Notes): Sheet {
  const regions = there.map(
    (note): Region => ({
      ...{ id: note.id, parent: null, kind: '', direction: '' },
      type: known.value.get(note.taxonomy)?.name ?? '',
      polygon: drawn.value.get(note.id) ?? points(note.polygon),
    }),
  )
  return { lines: [], regions }
}

/** A rectangle again, where one of its corners was moved; else the box around it. */
export function squared(before: Points, after: Points): Points {
  const moved = after.flatMap((point, at) => {
    const was = before[at]
    return was?.[0] === point[0] && was[1] === point[1] ? [] : [at]
  })
  const [at = 0] = moved
  const [corner, opposite] = [after[at], after[(at + 2) % 4]]
  if (moved.length === 1 && after.length === 4 && before.length === 4 && corner && opposite)
    return rectangle(opposite, corner)
  const box = boxOf(after)
  return box ? rectangle([box[0], box[1]], [box[2], box[3]]) : after
}
