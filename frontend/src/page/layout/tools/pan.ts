/** Only look: every drag moves the image. */
import type { Tool } from './tool'

export const panTool: Tool = { id: 'pan', act: 'toolPan', cursor: 'grab', begin: () => ({}) }
