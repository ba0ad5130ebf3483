/** A long list of which only pieces are known: the pages of a document that were looked at. */

export const PIECE = 200

export interface Piece<T> {
  items: readonly T[]
  count: number
}

export class SparseList<T extends { id: number }> {
  /** How many there are; unknown before the first answer. */
  count: number | undefined
  private readonly known = new Map<number, T>()
  private readonly places = new Map<number, number>()
  private readonly asked = new Map<number, Promise<void>>()

  /**
   * @param load fetches a piece of the list.
   * @param changed is called whenever something new is known.
   */
  constructor(
    private readonly load: (offset: number, limit: number) => Promise<Piece<T>>,
    private readonly changed: () => void,
  ) {}

  at(place: number): T | undefined {
    return this.known.get(place)
  }

  placeOf(id: number): number | undefined {
    return this.places.get(id)
  }

  /** Fetch what is missing between two places, both included. */
  async ensure(from: number, to: number): Promise<void> {
    const waits: Promise<void>[] = []
    for (let piece = Math.floor(Math.max(0, from) / PIECE); piece * PIECE <= to; piece++) {
      if (this.count !== undefined && piece * PIECE >= this.count && piece > 0) break
      waits.push(this.fetch(piece))
    }
    await Promise.all(waits)
  }

  /** Read again the pieces that hold these things; what is shown stays until then. */
  async refresh(ids: Iterable<number>): Promise<void> {
    const pieces = new Set<number>()
    for (const id of ids) {
      const place = this.places.get(id)
      if (place !== undefined) pieces.add(Math.floor(place / PIECE))
    }
    await this.again(pieces)
  }

  /** The order or the number has changed: read again between two places, forget the rest. */
  async reload(from: number, to: number): Promise<void> {
    const keep = new Set<number>([0])
    for (let piece = Math.floor(Math.max(0, from) / PIECE); piece * PIECE <= to; piece++)
      keep.add(piece)
    for (const piece of [...this.asked.keys()]) if (!keep.has(piece)) this.forget(piece)
    await this.again(keep)
  }

  private forget(piece: number) {
    this.asked.delete(piece)
    for (let place = piece * PIECE; place < (piece + 1) * PIECE; place++) {
      const item = this.known.get(place)
      this.known.delete(place)
      if (item && this.places.get(item.id) === place) this.places.delete(item.id)
    }
  }

  private async again(pieces: ReadonlySet<number>) {
    const mine = [...pieces].filter((piece) => this.asked.has(piece) || piece === 0)
    for (const piece of mine) this.asked.delete(piece)
    await Promise.all(mine.map((piece) => this.fetch(piece)))
  }

  private fetch(piece: number): Promise<void> {
    const before = this.asked.get(piece)
    if (before) return before
    const fetching = this.load(piece * PIECE, PIECE).then(
      ({ items, count }) => {
        // A newer question for the same piece has its own answer coming.
        if (this.asked.get(piece) === fetching) this.keep(piece, items, count)
      },
      (error: unknown) => {
        if (this.asked.get(piece) === fetching) this.asked.delete(piece)
        throw error
      },
    )
    this.asked.set(piece, fetching)
    return fetching
  }

  private keep(piece: number, items: readonly T[], count: number) {
    const start = piece * PIECE
    for (let place = start; place < start + PIECE; place++) {
      const gone = this.known.get(place)
      if (gone && this.places.get(gone.id) === place) this.places.delete(gone.id)
      this.known.delete(place)
    }
    items.forEach((item, at) => {
      this.known.set(start + at, item)
      this.places.set(item.id, start + at)
    })
    this.count = count
    this.changed()
  }
}
