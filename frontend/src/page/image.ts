/** Page images as the server cuts them into tiles (IIIF Image API 3). */
import { Fault } from '../api/fault'
import type { WholePage } from './read'

/** An image in square tiles with `side` pixels, one for each of `scales` of the image. */
export interface CutImage {
  base: string
  width: number
  height: number
  side: number
  scales: readonly number[]
}

/** How a page's image is cut; undefined before its tiles are made. */
export function cutImage({ image, width, height }: WholePage): CutImage | undefined {
  return image.tiles ? { base: image.iiif, width, height, ...image.tiles } : undefined
}

/** Wait for the tiles of a page's image. Raises a Fault where there is no image. */
export async function cutNow({ image, width, height }: WholePage): Promise<CutImage> {
  const base = image.iiif
  let response: Response
  try {
    response = await fetch(`${base}/info.json`)
  } catch {
    throw new Fault(0, '')
  }
  if (!response.ok) throw new Fault(response.status, await response.text())
  const info = (await response.json()) as { tiles: { width: number; scaleFactors: number[] }[] }
  const [tiles = { width: 512, scaleFactors: [1] }] = info.tiles
  return { base, width, height, side: tiles.width, scales: tiles.scaleFactors }
}

/** The address of the image, made to fit into a square of `side` pixels. */
export function thumbnail(base: string, side: number): string {
  return `${base}/full/!${side},${side}/0/default.jpg`
}
