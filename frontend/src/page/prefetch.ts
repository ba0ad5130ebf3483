/** The next page before it is wanted: its JSON and the images that will be seen first. */
import { asFault } from '../api/fault'
import { type CutImage, cutImage, cutNow } from './image'
import { drawnAt, pieceOf } from './pieces'
import { points } from './present'
import { readPage, type WholePage } from './read'
import { lineHeight } from './shapes'
import { cutOf, stripOf } from './strip'

const PAGES = 6 // that are kept
const STRIPS = 8
const kept = new Map<string, WholePage>()

function nameOf(id: number, layer: number | null, against: number | null): string {
  return [id, layer, against].join()
}

/** A page from the server; where that cannot be reached, as it was when it was last read. */
export async function pageOf(
  id: number,
  layer: number | null,
  against: number | null,
): Promise<WholePage> {
  const name = nameOf(id, layer, against)
  try {
    const page = await readPage(id, layer, against)
    keep(name, page)
    return page
  } catch (error) {
    const before = kept.get(name)
    if (before && asFault(error).status === 0) return before
    throw error
  }
}

function keep(name: string, page: WholePage) {
  kept.delete(name)
  kept.set(name, page)
  for (const old of [...kept.keys()].slice(0, Math.max(0, kept.size - PAGES))) kept.delete(old)
}

/** Fetch what the page will show first. Whatever fails is fetched again when it is wanted. */
export async function prefetch(
  id: number,
  layer: number | null,
  against: number | null,
): Promise<void> {
  const name = nameOf(id, layer, against)
  if (kept.has(name)) return
  try {
    const page = await readPage(id, layer, against)
    keep(name, page)
    await Promise.all(tilesOf(cutImage(page) ?? (await cutNow(page))).map(see))
    strips(page)
  } catch {
    // Nobody waits for it.
  }
}

function see(url: string): Promise<void> {
  return new Promise((done) => {
    const image = new Image()
    image.onload = image.onerror = () => done()
    image.src = url
  })
}

/** The tiles of the whole page as it is first shown: the scale that fills a window. */
function tilesOf({ base, width, height, side: cut, scales }: CutImage): string[] {
  const wanted = Math.max(width / 1000, height / 900)
  const factor = scales.filter((one) => one <= wanted).at(-1) ?? 1
  const side = cut * factor
  const found: string[] = []
  for (let top = 0; top < height; top += side)
    for (let left = 0; left < width; left += side) {
      const [wide, high] = [Math.min(side, width - left), Math.min(side, height - top)]
      const size = `${Math.ceil(wide / factor)},${Math.ceil(high / factor)}`
      found.push(`${base}/${left},${top},${wide},${high}/${size}/0/default.jpg`)
    }
  return found.slice(0, 24)
}

function strips(page: WholePage) {
  const masks = page.lines.map((line) => points(line.mask))
  const usual = lineHeight(masks)
  for (const line of page.lines.slice(0, STRIPS)) {
    const strip = stripOf(points(line.baseline), points(line.mask), usual)
    const wide = strip ? (strip.box[2] - strip.box[0]) * drawnAt() : 0
    const cut = strip && cutOf(page.image.iiif, page, strip.box, wide)
    if (cut) pieceOf(cut.url).catch(() => {})
  }
}
