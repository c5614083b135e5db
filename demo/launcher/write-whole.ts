import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'

/** Writes a file so that nobody ever meets half of it, not even after a crash. */
export function writeWhole(file: string, text: string, mode = 0o600): void {
  const part = `${file}.part`
  const descriptor = openSync(part, 'w', mode)
  try {
    writeSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(part, file)
}
