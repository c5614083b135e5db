/** Black or white, whichever is easier to read on a colour. @see WCAG 2.2, relative luminance and contrast ratio */
export function inkOn(colour: string): '#ffffff' | '#111111' {
  const luminance = luminanceOf(colour)
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / (luminanceOf('#111111') + 0.05) ? '#ffffff' : '#111111'
}

function luminanceOf(colour: string): number {
  const channel = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}
