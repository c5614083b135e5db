export type { Command, CommandHouse, ExitCode, Given, Say } from './command.ts'
export { helpOf, helpOverview, readCommand } from './read-command.ts'
export type { Reading, Typed } from './read-command.ts'
