import type { Draw } from './draw.ts'

const nouns =
  'maple tractor harbor candle pickle saddle copper thunder biscuit lantern meadow pepper anchor button canyon dragon engine falcon garden hammer island jacket kettle ladder marble needle orange pirate quartz rocket shadow timber velvet walnut yellow zipper banjo cactus daisy ember fiddle ginger hazel indigo juniper kayak lemon mango nutmeg otter pebble quilt raven sparrow tulip umbrella violin willow badger coffee donut gopher hockey puzzle waffle taco sunset'.split(
    ' ',
  )
const names =
  'Bailey Buddy Max Bella Charlie Lucy Cooper Daisy Rocky Molly Sadie Tucker Coco Duke Lola Bear Zoey Oliver Stella Jake Princess Shadow Emma Ethan Ava Mateo Sofia Isabella Noah Grandma Papa Junior Tyler Brianna Kayla Hunter Dakota Savannah Jackson Chloe'.split(
    ' ',
  )
const places =
  'Austin Boise Tucson Fresno Duluth Mobile Tampa Omaha Salem Toledo Laredo Akron Juneau Dallas Denver Spokane Lubbock Macon Racine Yuma Cancun Kyoto Lagos Oaxaca Hanoi Krakow Manila Galway Napoli Bergen'.split(
    ' ',
  )
const seasons = ['Spring', 'Summer', 'Autumn', 'Fall', 'Winter', 'January', 'March', 'June', 'October', 'December']
const verbs = 'fix paint drive feed water bake ride plant build catch sell wash chase find count'.split(' ')
const foreign =
  'contraseña corazón mañana señorita Straße Brötchen Übermut crème façade garçon żółty łosoś smörgås fjällräv café jalapeño piñata phở naïve Ångström'.split(
    ' ',
  )
const common = [
  'Password1',
  'Welcome1',
  'Passw0rd!',
  'Qwerty123',
  'Letmein1',
  'Changeme1',
  'Monday01',
  'Abc12345',
  'Iloveyou2',
  'Football1',
]
const marks = ['!', '#', '$', '*', '.', '!!', '?', '@', '-', '_']

/** A password as office people choose them: pets, seasons, places, short sentences, the odd letter no keyboard at hand has. */
export function drawPassword(draw: Draw): string {
  const year = 1955 + draw.below(70)
  const mark = draw.pick(marks)
  switch (draw.below(14)) {
    case 0:
      return `${draw.pick(names)}${year}`
    case 1:
      return `${draw.pick(seasons)}${2012 + draw.below(14)}${mark}`
    case 2:
      return `${capital(draw.pick(nouns))}${capital(draw.pick(nouns))}${draw.below(100)}`
    case 3:
      return `${draw.pick(verbs)} the ${draw.pick(nouns)} ${draw.pick(nouns)}`
    case 4:
      return `${draw.pick(nouns)}-${draw.pick(nouns)}-${draw.pick(nouns)}`
    case 5:
      return `${draw.pick(places)}${mark}${year}`
    case 6:
      return `${draw.pick(names)}&${draw.pick(names)}${mark}${draw.below(100)}`
    case 7:
      return `${draw.pick(foreign)}${mark}${100 + draw.below(900)}`
    case 8:
      return `${draw.pick(common)}${draw.percent(60) ? draw.pick(marks) : ''}`
    case 9:
      return capital(draw.pick(nouns)).replaceAll('a', '@').replaceAll('e', '3').replaceAll('o', '0') + year + mark
    case 10:
      return `I${mark === '!' ? ' ' : mark}${draw.pick(verbs)}${capital(draw.pick(nouns))}s@${draw.pick(places)}`
    case 11:
      return `${draw.pick(places).toLowerCase()}${draw.pick(nouns)}${1000 + draw.below(9000)}`
    case 12:
      return `${1 + draw.below(9999)} ${capital(draw.pick(nouns))} ${draw.pick(['Street', 'Lane', 'Road', 'Ave', 'Court'])}`
    default:
      return Array.from({ length: 10 + draw.below(7) }, () =>
        draw.pick('abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!#%+='.split('')),
      ).join('')
  }
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}
