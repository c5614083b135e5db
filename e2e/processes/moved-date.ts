// Loaded before the server with `--import`: the date of this machine stands elsewhere by MOVED_DATE_SECONDS, and jumps by
// MOVED_DATE_JUMP_SECONDS at each SIGUSR2. As with a real clock that is set, what has passed is not touched.
const dateNow = Date.now
let movedMilliseconds = Number(process.env['MOVED_DATE_SECONDS'] ?? 0) * 1000
const moved = (): number => dateNow() + movedMilliseconds

Date.now = moved
globalThis.Date = new Proxy(Date, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [moved()] : given, newTarget) as Date,
})

process.on('SIGUSR2', () => {
  movedMilliseconds += Number(process.env['MOVED_DATE_JUMP_SECONDS'] ?? 0) * 1000
  console.log(`the date was set: ${new Date().toISOString()}`)
})
