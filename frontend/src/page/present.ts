/** What of a page is drawn and what is listed: from the server's answer to plain shapes. Pure. */
import { DOUBTFUL } from './confidence'
import type { ListedLine } from './LineList.vue'
import type { WholePage } from './read'
import type { DrawnLine, DrawnRegion } from './scene'
import type { Point } from './shapes'

type Text = WholePage['texts'][number]

function textsOf(page: WholePage, layer: number | null): Map<number, Text> {
  return new Map(
    page.texts.filter((text) => text.layer === layer).map((text) => [text.line, text]),
  )
}

function points(raw: readonly (readonly number[])[]): Point[] {
  return raw.map(([x = 0, y = 0]) => [x, y])
}

export function drawnLines(page: WholePage, layer: number | null): DrawnLine[] {
  const texts = textsOf(page, layer)
  return page.lines.map((line) => ({
    id: line.id,
    baseline: points(line.baseline),
    mask: points(line.mask),
    doubtful: (texts.get(line.id)?.confidence ?? 1) < DOUBTFUL,
  }))
}

/** The lines in reading order, as they stand in the answer. */
export function listedLines(page: WholePage, layer: number | null): ListedLine[] {
  const texts = textsOf(page, layer)
  return page.lines.map((line, at) => {
    const text = texts.get(line.id)
    return {
      id: line.id,
      number: at + 1,
      text: text?.content ?? null,
      confidence: text?.confidence ?? null,
      confidences: text?.confidences ?? null,
      dir: dirOf(line.direction || page.direction),
    }
  })
}

function dirOf(direction: string): ListedLine['dir'] {
  if (direction === 'horizontal-rl') return 'rtl'
  // A left-to-right page may hold a Hebrew quotation: the first letters of a line decide.
  return 'auto'
}

const USUAL = '#006d77'

/** Regions with the label and colour of their type; those without a type are named by their kind. */
export function drawnRegions(
  page: WholePage,
  types: readonly { kind: string; name: string; colour: string }[],
): DrawnRegion[] {
  const colours = new Map(
    types.filter((type) => type.kind === 'region').map((type) => [type.name, type.colour]),
  )
  return page.regions.map((region) => {
    // Subtype and number (MainZone:column#2) do not change the colour.
    const name = region.type.split(/[:#]/)[0] ?? ''
    return {
      id: region.id,
      label: region.type || region.kind,
      colour: colours.get(name) ?? USUAL,
      polygon: points(region.polygon),
    }
  })
}
