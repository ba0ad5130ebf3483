/** Texts as they come from a keyboard or a clipboard, made fit to be stored. Pure. */

/** Unicode's forms that a project may store its texts in. */
export type Form = 'NFC' | 'NFD' | 'none'

/**
 * A line as it is stored: no line breaks, none of the characters that no database keeps, and the
 * project's normal form.
 *
 * Normalisation joins letters with their marks and leaves everything else alone, the private use
 * area of scholars' fonts (MUFI) too; compatibility characters like ſ or ꝑ stay what they are.
 */
export function fit(text: string, form: Form = 'NFC'): string {
  const clean = text
    .replace(/\r\n?|[\n\u2028\u2029]/g, ' ')
    .replace(/\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '')
  return form === 'none' ? clean : clean.normalize(form)
}

/** The lines of a pasted text; the break after the last one makes no line of its own. */
export function linesOf(pasted: string): string[] {
  const lines = pasted.split(/\r\n|[\r\n\u2028\u2029]/)
  while (lines.length > 1 && lines.at(-1) === '') lines.pop()
  return lines
}
