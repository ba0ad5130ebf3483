/** Browser and system out of what a browser says of itself; nothing depends on it. */
export function browserOf(agent: string): { browser: string; system: string } | null {
  const browser = [
    [/Edg\//, 'Edge'],
    [/Firefox\//, 'Firefox'],
    [/Chrome\/|Chromium\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ].find(([mark]) => (mark as RegExp).test(agent))?.[1]
  const system = [
    [/iPhone|iPad/, 'iOS'],
    [/Android/, 'Android'],
    [/Windows/, 'Windows'],
    [/Mac OS/, 'macOS'],
    [/Linux/, 'Linux'],
  ].find(([mark]) => (mark as RegExp).test(agent))?.[1]
  return browser && system ? { browser: String(browser), system: String(system) } : null
}
