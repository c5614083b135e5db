/** Who waits now, and since when. */
export interface Waits {
  /** @returns to be called when this wait is over, once or more often */
  begin(): () => void
  /** How long the one who has waited longest has waited. 0: nobody waits. */
  readonly longestMilliseconds: number
}

export function openWaits(nowMilliseconds = () => performance.now()): Waits {
  /** In the order in which they began. */
  const since = new Map<symbol, number>()
  return {
    begin() {
      const one = Symbol('one who waits')
      since.set(one, nowMilliseconds())
      return () => void since.delete(one)
    },
    get longestMilliseconds() {
      const [first] = since.values()
      return first === undefined ? 0 : nowMilliseconds() - first
    },
  }
}
