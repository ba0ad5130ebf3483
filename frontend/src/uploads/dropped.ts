/** The files of a drop, folders opened, in the order in which people count pages. */

export interface Given {
  file: File
  /** With the folders it was dropped in: XML is matched to images by them. */
  name: string
}

const WANTED = /\.(jpe?g|png|tiff?|jp2|j2k|jpf|jpx|webp|pdf|zip|xml)$/i

/** What can be imported, sorted as a person would; and how many files were left out. */
export function sorted(files: readonly Given[]): { wanted: Given[]; left: number } {
  const visible = files.filter(
    ({ name }) => !name.split('/').some((part) => part.startsWith('.')),
  )
  const wanted = visible.filter(({ name }) => WANTED.test(name))
  const order = new Intl.Collator(undefined, { numeric: true })
  wanted.sort((a, b) => order.compare(a.name, b.name))
  return { wanted, left: visible.length - wanted.length }
}

/** All files behind a drop; must be called in the event, before anything is awaited. */
export async function filesOf(transfer: DataTransfer): Promise<Given[]> {
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null)
  if (!entries.length) return [...transfer.files].map((file) => ({ file, name: file.name }))
  return (await Promise.all(entries.map((entry) => walk(entry, '')))).flat()
}

async function walk(entry: FileSystemEntry, folder: string): Promise<Given[]> {
  const name = folder + entry.name
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
    return [{ file, name }]
  }
  if (!isFolder(entry)) return []
  const reader = entry.createReader()
  const inside: Given[] = []
  for (;;) {
    // A folder is read in pieces of at most 100 entries; an empty piece is the end.
    const piece = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (!piece.length) return inside
    for (const one of piece) inside.push(...(await walk(one, `${name}/`)))
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}
