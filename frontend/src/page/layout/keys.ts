/** The keys of Layout and Order; part of the one table of keys. */
import type { Key } from '../keys'

export type LayoutAct =
  | 'toolSelect'
  | 'toolPan'
  | 'toolLasso'
  | 'toolBox'
  | 'toolBaseline'
  | 'toolRegion'
  | 'toolPolygon'
  | 'toolCut'
  | 'shapeAfter'
  | 'shapeBefore'
  | 'extendAfter'
  | 'extendBefore'
  | 'chooseAll'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'farLeft'
  | 'farRight'
  | 'farUp'
  | 'farDown'
  | 'enter'
  | 'stepBack'
  | 'leave'
  | 'pointAfter'
  | 'pointBefore'
  | 'pointAdd'
  | 'remove'
  | 'removePoints'
  | 'join'
  | 'reverse'
  | 'duplicate'
  | 'link'
  | 'unlink'
  | 'type'
  | 'lock'
  | 'masks'
  | 'showMasks'
  | 'numbers'
  | 'turnRight'
  | 'turnLeft'
  | 'undo'
  | 'redo'
  | 'earlier'
  | 'later'
  | 'orderFirst'
  | 'orderLast'
  | 'byPlace'

const all = ['layout', 'order', 'annotate'] as const
const shapes = ['layout', 'annotate'] as const

/** `canvas`: acts with the focus on the image or the list of shapes only. */
export const LAYOUT_KEYS: readonly (Key & { act: LayoutAct })[] = [
  { act: 'toolSelect', on: 'S', in: shapes, outside: true },
  { act: 'toolPan', on: 'P', in: 'layout', outside: true },
  { act: 'toolLasso', on: 'O', in: 'layout', outside: true },
  { act: 'toolBox', on: 'B', in: 'layout', outside: true },
  { act: 'toolBaseline', on: 'L', in: 'layout', outside: true },
  { act: 'toolBaseline', on: 'A', in: 'layout', outside: true },
  { act: 'toolRegion', on: 'R', in: 'layout', outside: true },
  { act: 'toolPolygon', on: 'Shift+R', in: 'layout', outside: true },
  { act: 'toolCut', on: 'C', in: 'layout', outside: true },
  { act: 'shapeAfter', on: 'Tab', in: all, canvas: true },
  { act: 'shapeBefore', on: 'Shift+Tab', in: all, canvas: true },
  { act: 'extendAfter', on: 'Alt+Shift+ArrowDown', in: 'layout', canvas: true },
  { act: 'extendBefore', on: 'Alt+Shift+ArrowUp', in: 'layout', canvas: true },
  { act: 'chooseAll', on: 'Ctrl+A', mac: 'Meta+A', in: 'layout', outside: true },
  { act: 'left', on: 'ArrowLeft', in: shapes, canvas: true },
  { act: 'right', on: 'ArrowRight', in: shapes, canvas: true },
  { act: 'up', on: 'ArrowUp', in: shapes, canvas: true },
  { act: 'down', on: 'ArrowDown', in: shapes, canvas: true },
  { act: 'farLeft', on: 'Shift+ArrowLeft', in: shapes, canvas: true },
  { act: 'farRight', on: 'Shift+ArrowRight', in: shapes, canvas: true },
  { act: 'farUp', on: 'Shift+ArrowUp', in: shapes, canvas: true },
  { act: 'farDown', on: 'Shift+ArrowDown', in: shapes, canvas: true },
  { act: 'enter', on: 'Enter', in: shapes, canvas: true },
  { act: 'stepBack', on: 'Backspace', in: shapes, canvas: true },
  { act: 'leave', on: 'Escape', in: all },
  { act: 'pointAfter', on: 'V', in: shapes, outside: true },
  { act: 'pointBefore', on: 'Shift+V', in: shapes, outside: true },
  { act: 'pointAdd', on: 'Insert', mac: 'N', in: shapes, outside: true },
  { act: 'pointAdd', on: 'Alt+V', mac: 'Ctrl+Shift+V', in: shapes, outside: true },
  { act: 'remove', on: 'Delete', mac: 'Meta+Backspace', in: shapes, canvas: true },
  { act: 'removePoints', on: 'Ctrl+Delete', mac: 'Alt+Backspace', in: shapes, canvas: true },
  { act: 'join', on: 'J', in: 'layout', outside: true },
  { act: 'reverse', on: 'I', in: 'layout', outside: true },
  { act: 'duplicate', on: 'D', in: 'layout', outside: true },
  { act: 'link', on: 'Y', in: 'layout', outside: true },
  { act: 'unlink', on: 'U', in: 'layout', outside: true },
  { act: 'type', on: 'T', in: 'layout', outside: true },
  { act: 'lock', on: 'X', in: 'layout', outside: true },
  { act: 'masks', on: 'M', in: 'layout', outside: true },
  { act: 'showMasks', on: 'K', in: 'layout', outside: true },
  { act: 'numbers', on: 'N', mac: 'Shift+N', in: 'layout', outside: true },
  { act: 'turnRight', on: 'Ctrl+.', in: 'layout', outside: true },
  { act: 'turnLeft', on: 'Ctrl+,', in: 'layout', outside: true },
  { act: 'undo', on: 'Ctrl+Z', mac: 'Meta+Z', in: all, outside: true },
  { act: 'redo', on: 'Ctrl+Shift+Z', mac: 'Meta+Shift+Z', in: all, outside: true },
  { act: 'redo', on: 'Ctrl+Y', mac: 'Ctrl+Y', in: all, outside: true },
  { act: 'earlier', on: 'Alt+ArrowUp', in: 'order', canvas: true },
  { act: 'later', on: 'Alt+ArrowDown', in: 'order', canvas: true },
  { act: 'orderFirst', on: 'Alt+Home', in: 'order', canvas: true },
  { act: 'orderLast', on: 'Alt+End', in: 'order', canvas: true },
  { act: 'byPlace', on: 'Alt+O', mac: 'Ctrl+Shift+O', in: 'order', outside: true },
]
