/** Texts at their place on the page, each sized to its line: where they stand, and how they are drawn. */
import Layer from 'ol/layer/Layer'
import type OlMap from 'ol/Map'
import Source from 'ol/source/Source'
import { graphemes } from './difference'
import { boxOf, type Point } from './shapes'

/** A text on the page; all measures in pixels of the image. */
export interface PlacedText {
  id: number
  text: string
  /** Where it begins, on its baseline: at the right end where it is written from the right. */
  from: Point
  /** Direction of the baseline, in radians. */
  angle: number
  length: number
  /** Height of its letters' box. */
  size: number
  rtl: boolean
  vertical: boolean
  checked: boolean
  /** What is asked where the pointer is. */
  box: readonly [number, number, number, number]
}

interface Shape {
  baseline: readonly Point[]
  mask: readonly Point[]
}
interface Written {
  id: number
  text: string | null
  dir: 'ltr' | 'rtl' | 'auto'
  vertical: 'rl' | 'lr' | null
  checked: boolean
}

const LETTERS = 0.68 // of a line's height is the size of a type that fills it
const RTL = /^[^\p{L}]*[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u
const LEAST = 3 // screen pixels: smaller letters are drawn as a bar
const STRETCH = [0.35, 2.2] as const // how narrow and how wide letters may become

/** Where a line's text stands; null for a line without a text or a shape. */
export function placeOf(line: Written, shape: Shape, usual: number): PlacedText | null {
  if (!line.text) return null
  const box = boxOf(shape.mask.length > 2 ? shape.mask : shape.baseline)
  if (!box) return null
  const [left, top, right, bottom] = box
  const down = line.vertical !== null
  const masked = shape.mask.length > 2
  const across = down ? right - left : bottom - top
  const size = masked ? Math.min(across, usual ? usual * 1.6 : across) : usual || 30
  const [start, end] = ends(shape, box, down)
  const rtl = line.dir === 'rtl' || (line.dir === 'auto' && RTL.test(line.text))
  const length = Math.hypot(end[0] - start[0], end[1] - start[1])
  const angle = Math.atan2(end[1] - start[1], end[0] - start[0])
  return {
    id: line.id,
    text: line.text,
    from: rtl && !down ? end : start,
    angle: down ? 0 : angle,
    length,
    size,
    rtl,
    vertical: down,
    checked: line.checked,
    box: masked ? box : [left, top - size, right, bottom + size * 0.3],
  }
}

/** The ends of what the text stands on, in the direction in which it runs on the page. */
function ends(
  { baseline, mask }: Shape,
  [left, top, right, bottom]: readonly [number, number, number, number],
  down: boolean,
): [Point, Point] {
  if (down)
    return [
      [(left + right) / 2, top],
      [(left + right) / 2, bottom],
    ]
  const [first, last] = [baseline[0], baseline.at(-1)]
  if (first && last && baseline.length > 1)
    return first[0] <= last[0] ? [first, last] : [last, first]
  const y = mask.length ? top + (bottom - top) * 0.72 : bottom
  return [
    [left, y],
    [right, y],
  ]
}

export interface Ink {
  text: string
  checked: string
  current: string
  ground: string | null
  font: string
}

/** From pixels of the image to pixels of the canvas. */
export interface View {
  scale: number
  left: number
  top: number
  width: number
  height: number
}

/** Draw what of the texts is seen. */
export function drawTexts(
  context: CanvasRenderingContext2D,
  texts: readonly PlacedText[],
  view: View,
  ink: Ink,
  current: number | null,
): void {
  const { scale, left, top, width, height } = view
  context.textBaseline = 'alphabetic'
  for (const one of texts) {
    const [x0, y0, x1, y1] = one.box
    const seen =
      x1 * scale + left > 0 &&
      x0 * scale + left < width &&
      y1 * scale + top > 0 &&
      y0 * scale + top < height
    if (!seen) continue
    const size = one.size * LETTERS * scale
    context.save()
    if (ink.ground) {
      context.fillStyle = ink.ground
      const [w, h] = [(x1 - x0) * scale, (y1 - y0) * scale]
      context.fillRect(x0 * scale + left, y0 * scale + top, w, h)
    }
    context.translate(one.from[0] * scale + left, one.from[1] * scale + top)
    context.rotate(one.angle)
    context.fillStyle = one.id === current ? ink.current : one.checked ? ink.checked : ink.text
    if (size < LEAST) bar(context, one, size, scale)
    else if (one.vertical) column(context, one, size, scale, ink.font)
    else row(context, one, size, scale, ink.font)
    context.restore()
  }
}

function bar(
  context: CanvasRenderingContext2D,
  one: PlacedText,
  size: number,
  scale: number,
): void {
  context.globalAlpha = 0.4
  const long = one.length * scale
  if (one.vertical) context.fillRect(-size / 2, 0, size, long)
  else context.fillRect(one.rtl ? -long : 0, -size * 0.6, long, Math.max(1, size * 0.6))
}

function row(
  context: CanvasRenderingContext2D,
  one: PlacedText,
  size: number,
  scale: number,
  font: string,
): void {
  context.font = `${size}px ${font}`
  context.direction = one.rtl ? 'rtl' : 'ltr'
  context.textAlign = one.rtl ? 'right' : 'left'
  const wide = context.measureText(one.text).width
  const stretch = wide ? (one.length * scale) / wide : 1
  context.scale(Math.max(STRETCH[0], Math.min(STRETCH[1], stretch)), 1)
  context.fillText(one.text, 0, 0)
}

function column(
  context: CanvasRenderingContext2D,
  one: PlacedText,
  size: number,
  scale: number,
  font: string,
): void {
  const characters = graphemes(one.text)
  const step = Math.min((one.length * scale) / Math.max(1, characters.length), size * 1.6)
  const letter = Math.min(size, step / 1.02)
  context.font = `${letter}px ${font}`
  context.textAlign = 'center'
  for (const [n, character] of characters.entries())
    context.fillText(character, 0, step * n + letter * 0.9)
}

/** A layer of OpenLayers that draws the texts that it is given, over the image or on blank paper. */
export class TextsLayer extends Layer {
  private texts: readonly PlacedText[] = []
  private current: number | null = null
  private readonly canvas = document.createElement('canvas')

  constructor(private readonly ink: () => Ink) {
    super({ source: new Source({}) })
    this.canvas.style.position = 'absolute'
    this.canvas.style.pointerEvents = 'none'
    this.canvas.dataset.texts = ''
  }

  /** A typeface that comes late has other widths: what stands in it is drawn again. */
  private readonly again = () => this.changed()

  override setMapInternal(map: OlMap | null): void {
    super.setMapInternal(map)
    if (map) document.fonts.addEventListener('loadingdone', this.again)
    else document.fonts.removeEventListener('loadingdone', this.again)
  }

  setTexts(texts: readonly PlacedText[]): void {
    this.texts = texts
    this.changed()
  }

  setCurrent(id: number | null): void {
    this.current = id
    this.changed()
  }

  /** The text at a place of the image; null where there is none. */
  at([x, y]: Point): number | null {
    const found = this.texts.find(
      ({ box: [left, top, right, bottom] }) =>
        x >= left && x <= right && y >= top && y <= bottom,
    )
    return found?.id ?? null
  }

  override render(frame: Parameters<Layer['render']>[0]): HTMLElement {
    const { canvas } = this
    if (!frame) return canvas
    const [wide = 0, high = 0] = frame.size
    const ratio = frame.pixelRatio
    const [width, height] = [Math.round(wide * ratio), Math.round(high * ratio)]
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width
      canvas.height = height
      canvas.style.width = `${wide}px`
      canvas.style.height = `${high}px`
    }
    const context = canvas.getContext('2d')
    if (!context) return canvas
    context.clearRect(0, 0, width, height)
    const [scale = 1, , , , left = 0, top = 0] = frame.coordinateToPixelTransform
    const view = { scale: scale * ratio, left: left * ratio, top: top * ratio, width, height }
    drawTexts(context, this.texts, view, this.ink(), this.current)
    return canvas
  }
}
