/** What an image server says about an image (IIIF Image API 3, info.json). */
import { Fault } from '../api/fault'

export interface IiifInfo {
  '@context': string
  id: string
  width: number
  height: number
  [more: string]: unknown
}

/** Ask for the description of an image. Raises a Fault where there is none. */
export async function infoOf(base: string): Promise<IiifInfo> {
  let response: Response
  try {
    response = await fetch(`${base}/info.json`)
  } catch {
    throw new Fault(0, '')
  }
  if (!response.ok) throw new Fault(response.status, await response.text())
  return (await response.json()) as IiifInfo
}

/** The address of the image, made to fit into a square of `side` pixels. */
export function thumbnail(base: string, side: number): string {
  return `${base}/full/!${side},${side}/0/default.jpg`
}
