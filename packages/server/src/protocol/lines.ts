/** A line without its end. Undefined: longer than allowed; what it held is not kept. */
export type Line = Buffer | undefined

/**
 * Cuts bytes into lines as they come, and keeps no more than one line that has not ended. What comes after the last line
 * end is a line too, unless it is nothing.
 *
 * @returns the lines that each piece of the bytes has completed
 * @see https://github.com/ndjson/ndjson-spec
 */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>, mostLineBytes: number): AsyncGenerator<Line[]> {
  let parts: Buffer[] = []
  let length = 0
  const take = (part: Buffer): void => {
    length += part.length
    if (length <= mostLineBytes) parts.push(part)
    else parts = []
  }
  const end = (): Line => {
    const line = length > mostLineBytes ? undefined : parts.length === 1 ? parts[0] : Buffer.concat(parts)
    parts = []
    length = 0
    return line
  }
  for await (const piece of bytes) {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    const lines: Line[] = []
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      take(chunk.subarray(from, at))
      lines.push(end())
      from = at + 1
    }
    if (from < chunk.length) take(chunk.subarray(from))
    if (lines.length > 0) yield lines
  }
  if (length > 0) yield [end()]
}
