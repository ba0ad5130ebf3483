/** The tools of Layout, in the order in which they are shown. */
import { baselineTool } from './baseline'
import { boxTool } from './box'
import { cutTool } from './cut'
import { lassoTool } from './lasso'
import { panTool } from './pan'
import { polygonTool } from './polygon'
import { regionTool } from './region'
import { selectTool } from './select'
import type { Tool } from './tool'

export const TOOLS: readonly Tool[] = [
  selectTool,
  panTool,
  lassoTool,
  boxTool,
  baselineTool,
  regionTool,
  polygonTool,
  cutTool,
]
