interface Sector {
  /** What a bill is for, before the month. */
  readonly subject: string
  readonly lowCents: number
  readonly highCents: number
}

/** What billers of a sector bill, and what it comes to. */
export const sectors: Readonly<Record<string, Sector>> & { readonly other: Sector } = {
  association: { subject: 'Association dues', lowCents: 9500, highCents: 34_000 },
  clinic: { subject: 'Statement of care', lowCents: 3500, highCents: 52_000 },
  council: { subject: 'City services', lowCents: 4800, highCents: 21_000 },
  fuel: { subject: 'Fuel delivery', lowCents: 14_000, highCents: 88_000 },
  gas: { subject: 'Natural gas', lowCents: 3800, highCents: 24_500 },
  insurance: { subject: 'Premium', lowCents: 8400, highCents: 61_000 },
  power: { subject: 'Electric service', lowCents: 6200, highCents: 38_500 },
  school: { subject: 'School fees', lowCents: 2500, highCents: 46_000 },
  telecom: { subject: 'Phone and internet', lowCents: 4500, highCents: 18_900 },
  waste: { subject: 'Collection and recycling', lowCents: 2400, highCents: 9800 },
  water: { subject: 'Water and sewer', lowCents: 3100, highCents: 16_400 },
  other: { subject: 'Services', lowCents: 3000, highCents: 20_000 },
}
