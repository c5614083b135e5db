import { afterEach, expect, it } from 'vitest'
import { created, createPool, createUser, managementToken } from '../processes/application.ts'
import { Browser, forgetPassword } from '../processes/browser.ts'
import { openDoor } from '../processes/door.ts'
import { freePort } from '../processes/free-port.ts'
import { makeInstallation } from '../processes/installation.ts'
import type { Installation } from '../processes/installation.ts'
import { codeIn, openMailSink } from '../processes/mail-sink.ts'
import type { MailSink } from '../processes/mail-sink.ts'
import { startServer } from '../processes/server-process.ts'
import type { ServerProcess } from '../processes/server-process.ts'

const people = 3
let house: Installation | undefined
let server: ServerProcess | undefined
let sink: MailSink | undefined

afterEach(async () => {
  await server?.kill()
  await sink?.close()
  await house?.remove()
})

it('mails wait while the mail server is away and the node is started anew, and each arrives once when it is back', async () => {
  const port = await freePort()
  house = await makeInstallation({ GATEHOUSE_SMTP_URL: `smtp://127.0.0.1:${port}` })
  const environment = { ...house.environment, GATEHOUSE_DATA: await house.dataFolder('mail') }
  server = await startServer({ environment })
  const door = openDoor(server)
  const token = await managementToken(door)
  await created(createPool(door, token))
  const took: number[] = []
  const ask = async (n: number): Promise<void> => {
    const person = { username: `mail.mia${n}`, password: 'a bench by the water', email: `mia${n}@new.example` }
    await created(createUser(door, token, person))
    const startedAt = performance.now()
    const page = await forgetPassword(new Browser(() => door), person.username)
    took.push(performance.now() - startedAt)
    expect(page.status).toBe(200)
  }
  await Promise.all(Array.from({ length: people }, (_, n) => ask(n)))
  // What waits is in the database: it is there for the next process too.
  await server.stop()
  server = await startServer({ environment })
  const backAt = performance.now()
  const mailbox = await openMailSink(port)
  sink = mailbox
  const mails = await Promise.all(Array.from({ length: people }, (_, n) => mailbox.mailTo(`mia${n}@new.example`)))
  const arrived = (performance.now() - backAt) / 1000
  expect(new Set(mails.map(codeIn)).size).toBe(people)
  expect(sink.count).toBe(people)
  console.log(
    `faults: mail away: ${people} pages answered within ${Math.max(...took).toFixed(0)} ms meanwhile; ` +
      `${people} mails arrived, none twice, the last ${arrived.toFixed(1)} s after the mail server was back`,
  )
}, 180_000)
