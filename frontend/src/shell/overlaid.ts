const OVER = '[role=dialog], [role=menu]'

/** Whether a dialog or a menu is open: keys are its own then. Both hold the focus, where there is one. */
export function overlaid(): boolean {
  const at = document.activeElement
  if (at && at !== document.body) return at.closest(OVER) !== null
  return document.querySelector(OVER) !== null
}
