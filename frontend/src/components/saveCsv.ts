/** A table as a file for spreadsheets (RFC 4180). */

function cell(value: unknown): string {
  const text = String(value ?? '')
  // A spreadsheet would run what begins like this as a formula.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}

/** The rows below their heading. */
export function csvOf(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return [head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')
}

export function saveCsv(
  name: string,
  head: readonly string[],
  rows: readonly (readonly unknown[])[],
): void {
  const link = document.createElement('a')
  const kind = { type: 'text/csv;charset=utf-8' }
  link.href = URL.createObjectURL(new Blob([`\ufeff${csvOf(head, rows)}`], kind))
  link.download = `${name}.csv`
  link.click()
  URL.revokeObjectURL(link.href)
}
