/** How exactly networks compute. */
import type { components } from '../api/schema'

export type Precision = components['schemas']['TranscribeIn']['precision']
