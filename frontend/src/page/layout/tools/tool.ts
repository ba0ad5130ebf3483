/** What a tool is: what the pointer and a few keys do while it is taken. */
import type { Act } from '../../keys'
import type { Point } from '../../shapes'
import type { Desk } from '../desk'

/** Where the pointer is, and how. */
export interface Aim {
  at: Point
  /** How many image pixels still count as hit. */
  reach: number
  shift: boolean
  ctrl: boolean
  touch: boolean
}

/** A tool at work; what it leaves out happens as ever (the image is moved). */
export interface Work {
  /** Whether the drag that may begin here is the tool's. */
  press?(aim: Aim): boolean
  drag?(aim: Aim): void
  /** The end of a drag that was the tool's. */
  release?(aim: Aim): void
  /** Pressed and released in one place. */
  click?(aim: Aim): void
  twice?(aim: Aim): void
  hover?(aim: Aim): void
  /** The Enter key. */
  enter?(): void
  /** The Backspace key. */
  back?(): void
  /** The arrow keys; without it they move what is chosen. */
  arrow?(dx: number, dy: number): void
  /** Break off; whether there was anything to break off. */
  cancel?(): boolean
}

export interface Tool {
  id: string
  /** Of the table of keys. */
  act: Act
  cursor: string
  begin(desk: Desk): Work
}
