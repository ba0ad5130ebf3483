/** Where the focus was before a menu or a dialog took it, so that closing them can give it back. */
let last: HTMLElement | null = null

document.addEventListener('focusin', ({ target }) => {
  if (target instanceof HTMLElement && !target.closest('[role=menu], [role=dialog]'))
    last = target
})

/** Give the focus back when a dialog closes, unless it stood in another one. */
export function giveBack(event: Event) {
  if (document.querySelectorAll('[role=dialog]').length > 1 || !last?.isConnected) return
  event.preventDefault()
  last.focus()
}
