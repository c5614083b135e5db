const secondsOfUnit: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
}

/**
 * A duration as programs in Go write it: `1h10m30s`, `0`, `300ms`. The pattern of the contract has been checked before; a
 * text that is no duration is a mistake of ours.
 *
 * @see Go, package time, ParseDuration
 */
export function durationSeconds(text: string): number {
  if (text === '0') return 0
  // Numbers stand at even places, their units after them.
  const parts = text.split(/(ns|us|µs|ms|s|m|h)/)
  const numbers = parts.filter((_, at) => at % 2 === 0)
  const rest = numbers.pop()
  if (rest !== '' || numbers.length === 0 || !numbers.every((number) => /^[0-9]+(\.[0-9]+)?$/.test(number))) {
    throw new Error('this is no duration')
  }
  return numbers.reduce((sum, number, at) => sum + Number(number) * (secondsOfUnit[parts[at * 2 + 1] ?? ''] ?? 0), 0)
}

/** The same the other way, as the API answers it: `1h0m0s`, `15m0s`, `30s`. @param seconds whole */
export function durationText(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return `${hours > 0 ? `${hours}h` : ''}${seconds >= 60 ? `${minutes}m` : ''}${rest}s`
}
