/** Pieces of page images for strips: fetched once, and ahead of the line that will want them. */

const MOST = 24
const kept = new Map<string, Promise<HTMLImageElement>>()

/** Screen pixels per pixel of the image at which the last strip was drawn: the next will be like it. */
let share = 1

export function drawnAt(): number {
  return share
}

export function drawAt(pixels: number): void {
  share = pixels
}

/** The decoded image behind an address. Raises where there is none. */
export function pieceOf(url: string): Promise<HTMLImageElement> {
  const there = kept.get(url)
  if (there) return there
  const image = new Image()
  image.src = url
  const ready = image.decode().then(() => image)
  kept.set(url, ready)
  ready.catch(() => kept.delete(url))
  for (const old of [...kept.keys()].slice(0, Math.max(0, kept.size - MOST))) kept.delete(old)
  return ready
}
