const letters = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The number that one letter of crypt(3) stands for. */
export const readCrypt64Letter = (letter: string): number => letters.indexOf(letter)

export const writeCrypt64Letter = (number: number): string => letters.charAt(number)

/** The text of bytes in the alphabet of crypt(3): three bytes are four letters, the lowest six bits first. */
export function writeCrypt64(bytes: Buffer): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const taken = Math.min(3, bytes.length - at)
    let bits = bytes.readUIntLE(at, taken)
    for (let letter = 0; letter <= taken; letter += 1) {
      text += letters.charAt(bits & 63)
      bits >>>= 6
    }
  }
  return text
}

/** @returns undefined unless writing what was read gives the same text */
export function readCrypt64(text: string): Buffer | undefined {
  const bytes: number[] = []
  for (let at = 0; at < text.length; at += 4) {
    const four = Array.from(text.slice(at, at + 4), readCrypt64Letter)
    const bits = four.reduceRight((sum, number) => sum * 64 + number, 0)
    for (let byte = 0; byte < four.length - 1; byte += 1) bytes.push((bits >>> (8 * byte)) & 255)
  }
  const read = Buffer.from(bytes)
  return writeCrypt64(read) === text ? read : undefined
}
