/** The text that is being written in the current line: kept as it grows, taken back step by step. */
import { computed, onScopeDispose, ref, type Ref, shallowRef, watch } from 'vue'
import { me } from '../shell/session'
import { say } from '../shell/toasts'
import { t } from '../words'
import type { ListedLine } from './present'
import type { Stored } from './queue'
import { knownAt } from './known'
import { joinAt, keepText, saving, waitingAt, writesAt } from './saving'
import { shelfOf } from './shelf'
import { type Side, type Step, Steps, Typing } from './undo'
import { marksIn } from './walk'
import { type Form, fit } from './wording'

/** What the draft needs to know of the desk it lies on. */
export interface Desk {
  page(): number
  layer(): number
  lines(): readonly ListedLine[]
  form(): Form
  /** Below this a character is doubtful. */
  doubt(): number
  /** Put the caret somewhere in the field. */
  caretTo(at: number): void
  /** Whether somebody is writing in the field just now: composes, has chosen a piece, pressed a key. */
  busy(): boolean
}

const LOOK = 300 // ms between looks whether somebody is still writing
const MOMENT = 1500 // ms that a line is looked at before it is another one under the eyes

export function useDraft(desk: Desk, current: Ref<number | null>) {
  const draft = ref('')
  const caret = ref(0)
  /** The line as it was when it was come to: where Escape goes back to. */
  const entered = shallowRef<ListedLine | null>(null)
  /** What is on the server under the text of the field, as far as its author has seen it. */
  let seen: Stored = { version: 0, content: '', checked: false }
  let came = 0
  /** What the model read, kept while its confidences go with the first edit. */
  const reads = new Map<number, { text: string; confidences: string | null }>()
  let typing = new Typing({ text: '', caret: 0 })
  const steps = computed(
    () =>
      new Steps(
        shelfOf(`armarius.undo.${me.value?.id ?? 0}.`),
        `${desk.page()}.${desk.layer()}`,
      ),
  )

  const at = computed(() => desk.lines().findIndex((line) => line.id === current.value))
  const line = computed(() => desk.lines()[at.value] ?? null)
  const marks = computed(() => {
    const read = line.value && !line.value.checked ? reads.get(line.value.id) : undefined
    return marksIn(read ?? null, draft.value, desk.doubt())
  })
  const fitted = () => fit(draft.value, desk.form())

  const placeOf = (line: number) => ({ page: desk.page(), layer: desk.layer(), line })

  function storedOf(to: ListedLine): Stored {
    const { version, text, checked } = to
    return waitingAt(placeOf(to.id))?.base ?? { version, content: text ?? '', checked }
  }

  /** Nothing is based on a text that its author has not seen, even if the list has it already. */
  function baseOf(to: ListedLine): Stored {
    const begun = to.id === entered.value?.id ? seen : storedOf(to)
    const known = knownAt(placeOf(to.id))
    return known && known.version > begun.version ? known : begun
  }

  function write(to: ListedLine, content: string, isChecked: boolean, left: boolean) {
    const text = { content: fit(content, desk.form()), checked: isChecked }
    keepText(placeOf(to.id), text, baseOf(to), left)
  }

  function enter(to: ListedLine | null) {
    entered.value = to
    if (to) seen = storedOf(to)
    came = Date.now()
    draft.value = to?.text ?? ''
    if (to?.confidences && to.text !== null)
      reads.set(to.id, { text: to.text, confidences: to.confidences })
    caret.value = 0
    typing = new Typing({ text: draft.value, caret: 0 })
  }

  /** The visit to a line is over: one act, to be taken back as one. */
  function record(left: ListedLine, after: Side) {
    const before = entered.value
    if (before?.id === left.id) steps.value.record([stepOf(before, after)])
  }

  /** Keep as it stands what was written; the list shows it now. */
  function leave(left: ListedLine) {
    const content = fitted()
    const before = entered.value
    const isChecked = !!before?.checked && content === (before.text ?? '')
    record(left, { content, checked: isChecked })
    if (content !== baseOf(left).content) write(left, content, isChecked, true)
    joinAt(placeOf(left.id))
  }

  const writing = () => desk.busy() || Date.now() - came < MOMENT
  let look: ReturnType<typeof setTimeout> | undefined
  /** Do what the field has waited with, as soon as nobody writes in it. */
  function whenQuiet() {
    clearTimeout(look)
    look = setTimeout(() => {
      if (writing()) return whenQuiet()
      const here = line.value
      if (!here || here.id !== entered.value?.id) return
      if (here.unsent) joinAt(placeOf(here.id))
      else if (isNews(here)) showNews(here)
    }, LOOK)
  }
  let gone = false
  writesAt(
    ({ layer, line: of }) =>
      !gone && of === current.value && layer === desk.layer() && writing(),
  )
  onScopeDispose(() => {
    clearTimeout(look)
    gone = true
  })

  /** Somebody else's text, where nothing was written here. */
  function isNews(now: ListedLine): boolean {
    return !now.unsent && now.text !== fitted() && fitted() === seen.content
  }
  function showNews(now: ListedLine) {
    enter(now)
    say(t('rival.entered'))
  }

  /** There is news of the line that is written in: nothing changes under the writer's hands. */
  function hear(now: ListedLine, before: ListedLine) {
    if ((now.text ?? '') === fitted()) {
      seen = storedOf(now)
      entered.value ??= now
    } else if (now.unsent) {
      // Written by its author elsewhere: taken back, pasted.
      if (draft.value === (before.text ?? '')) enter(now)
    } else if (isNews(now)) {
      if (writing()) whenQuiet()
      else showNews(now)
    }
    if (now.rivalled) whenQuiet()
  }

  watch([desk.page, desk.layer], () => reads.clear())
  // Another line, or news of this one: what is being written here stays.
  watch(
    line,
    (now, before) => {
      if (now?.id !== before?.id) {
        if (before && before.id === entered.value?.id) leave(before)
        enter(now)
        if (now?.rivalled) whenQuiet()
      } else if (now && before) hear(now, before)
    },
    { immediate: true },
  )
  // Somebody changed other characters of it: both changes stand in the field now.
  watch(saving.joined, (one) => {
    if (!one) return
    say(t('rival.joined', { name: one.author ?? t('rival.somebody') }))
    if (one.line !== current.value || one.layer !== desk.layer()) return
    const after = draft.value.slice(caret.value)
    const length = one.content.length
    const place = one.content.endsWith(after) ? length - after.length : caret.value
    draft.value = one.content
    seen = waitingAt(one)?.base ?? seen
    typing.note({ text: one.content, caret: place }, 'joined', Date.now())
    desk.caretTo(Math.min(place, length))
  })

  /** The text of the field is another one now. */
  function put(text: string, place: number, kind: string) {
    draft.value = text
    caret.value = place
    typing.note({ text, caret: place }, kind, Date.now())
    const [here, before] = [line.value, entered.value]
    if (here) write(here, text, !!before?.checked && text === before.text, false)
  }

  /** Put another text into the field, as one step, and the caret with it. */
  function change(text: string, place: number, kind: string) {
    put(text, place, kind)
    desk.caretTo(place)
  }

  /** Write in place of what is chosen. */
  function insert(piece: string, from: number, to: number) {
    const text = draft.value
    change(text.slice(0, from) + piece + text.slice(to), from + piece.length, 'insert')
  }

  /** Accept the line as checked; false where there was nothing to do. */
  function accept(): boolean {
    const here = line.value
    if (!here) return false
    const content = fitted()
    if (here.checked && content === here.text) return false
    record(here, { content, checked: true })
    // Leaving it must not take the check away.
    entered.value = { ...here, text: content, checked: true }
    write(here, content, true, true)
    return true
  }

  function restore() {
    const before = entered.value ?? line.value
    if (!before || !line.value) return
    const text = before.text ?? ''
    draft.value = text
    typing.note({ text, caret: text.length }, 'restore', Date.now())
    write(line.value, text, before.checked, true)
    desk.caretTo(text.length)
  }

  function undo(way: 'undo' | 'redo'): boolean {
    const moment = typing[way]()
    if (moment) {
      draft.value = moment.text
      caret.value = moment.caret
      const [here, before] = [line.value, entered.value]
      if (here)
        write(here, moment.text, !!before?.checked && moment.text === before.text, false)
      desk.caretTo(moment.caret)
      return true
    }
    if (way === 'undo' && line.value && entered.value?.id === line.value.id) leaveHere()
    const act = steps.value[way]()
    if (act) apply(act, way === 'undo' ? 'before' : 'after')
    return true
  }

  /** What was written in this visit counts as an act before the page's acts are gone through. */
  function leaveHere() {
    const here = line.value
    if (here && fitted() !== (entered.value?.text ?? '')) leave(here)
  }

  /** Give the lines of an act what they had; those that somebody has changed since stay. */
  function apply(act: readonly Step[], side: 'before' | 'after') {
    let left = 0
    let mine: Side | null = null
    for (const step of act) {
      const now = desk.lines().find((one) => one.id === step.line)
      const expected = step[side === 'before' ? 'after' : 'before']
      const shown = now?.id === current.value ? fitted() : (now?.text ?? '')
      if (now && shown === expected.content) {
        write(now, step[side].content, step[side].checked, true)
        if (now.id === current.value) mine = step[side]
      } else left += 1
    }
    if (left) say(t('desk.undoLeft', { n: left }))
    const first = act[0]
    if (!first || left === act.length) return
    if (mine && line.value) enter({ ...line.value, text: mine.content, checked: mine.checked })
    current.value = first.line
    desk.caretTo(first[side].content.length)
  }

  /** Other texts for several lines, as one act. */
  function writeAll(given: readonly { line: ListedLine; content: string }[]) {
    const acts = given.map(({ line: one, content }) => {
      const fresh = fit(content, desk.form())
      write(one, fresh, false, true)
      return stepOf(one, { content: fresh, checked: false })
    })
    steps.value.record(acts)
  }

  /** Show a text that was stored by other means. */
  function show(text: string) {
    entered.value = null
    draft.value = text
    typing = new Typing({ text, caret: text.length })
  }

  function close() {
    if (line.value && entered.value?.id === line.value.id) leave(line.value)
  }

  const acts = { put, change, insert, accept, restore, undo, writeAll, show, close, leaveHere }
  return { draft, caret, at, line, marks, fitted, ...acts }
}

function stepOf(before: ListedLine, after: Side): Step {
  return {
    line: before.id,
    before: { content: before.text ?? '', checked: before.checked },
    after,
  }
}
