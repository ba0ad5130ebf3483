/** What is being said about a line and is not sent: kept in the browser, per line. */
import { ref, watch } from 'vue'
import { me } from '../shell/session'
import { shelfOf } from './shelf'

export function useCommentDraft(line: () => number) {
  const shelf = shelfOf(`armarius.comment.${me.value?.id ?? 0}.`)
  const text = ref(shelf.get(`${line()}`) ?? '')

  // At once, and before another line is come to: what is typed belongs to the line it is typed at.
  watch(
    text,
    (now) => {
      try {
        if (now) shelf.set(`${line()}`, now)
        else shelf.remove(`${line()}`)
      } catch {
        // Storage is full or forbidden: it is still in the field.
      }
    },
    { flush: 'sync' },
  )
  watch(
    line,
    (now) => {
      text.value = shelf.get(`${now}`) ?? ''
    },
    { flush: 'sync' },
  )
  /** It was sent for that line. */
  function sent(of: number) {
    shelf.remove(`${of}`)
    if (of === line()) text.value = ''
  }
  return { text, sent }
}
