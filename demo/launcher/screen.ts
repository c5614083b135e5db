/** What the demo says to the person who started it: little, and nothing that has to be read twice. */
export interface Screen {
  /** Stays. */
  print(text: string): void
  /** One line that is replaced by the next word of any kind; nothing at all where nobody watches. */
  status(text: string): void
  /** A trouble, on stderr. */
  trouble(line: string): void
  bold(text: string): string
  soft(text: string): string
}

export function openScreen(environment: Readonly<Record<string, string | undefined>>): Screen {
  const isWatched = process.stdout.isTTY
  const hasColour = isWatched && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb'
  const styled = (on: number, off: number) => (text: string) =>
    hasColour ? `\u001B[${on}m${text}\u001B[${off}m` : text
  let hasStatus = false
  const clear = (): void => {
    if (hasStatus) process.stdout.write('\r\u001B[K')
    hasStatus = false
  }
  return {
    bold: styled(1, 22),
    soft: styled(2, 22),
    print(text) {
      clear()
      process.stdout.write(`${text}\n`)
    },
    status(text) {
      if (!isWatched) return
      clear()
      process.stdout.write(text.slice(0, Math.max(10, process.stdout.columns - 1)))
      hasStatus = true
    },
    trouble(line) {
      clear()
      process.stderr.write(`${line}\n`)
    },
  }
}
