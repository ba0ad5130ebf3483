/** Whether a dialog or a menu is open: keys are its own then. */
export const overlaid = () => document.querySelector('[role=dialog], [role=menu]') !== null
