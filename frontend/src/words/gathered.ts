/** The words of one language: what the files of its folder hold, put together. */

/** Sections of words by name; a section may hold further sections. */
export interface Words {
  [key: string]: string | Words
}

/** Put the files of one language together; a section stands in one file only. */
export function gathered(files: Record<string, unknown>): Words {
  const all: Words = {}
  for (const [file, sections] of Object.entries(files)) {
    for (const [name, section] of Object.entries(sections as Words)) {
      if (name in all)
        throw new Error(`${file}: the section ${name} stands in another file too`)
      all[name] = section
    }
  }
  return all
}

/** The table with every text changed by `change`. */
export function changed(words: Words, change: (text: string) => string): Words {
  return Object.fromEntries(
    Object.entries(words).map(([key, value]) => [
      key,
      typeof value === 'string' ? change(value) : changed(value, change),
    ]),
  )
}
