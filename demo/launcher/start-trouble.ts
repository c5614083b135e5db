/** Something that stops the demo; its message is one line that says what to do. */
export class StartTrouble extends Error {
  override readonly name = 'StartTrouble'
}

/** The code of a system error: `EADDRINUSE`, `EACCES`, … */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
