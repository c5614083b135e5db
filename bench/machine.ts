import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, totalmem, type } from 'node:os'

/** Seconds of all processors since the machine started. Undefined where the system does not tell (not Linux). */
export interface ProcessorTimes {
  readonly total: number
  readonly idle: number
  /** Taken by other guests of the same hardware. */
  readonly stolen: number
}

export function machineFacts(): string {
  const gibibytes = (totalmem() / 2 ** 30).toFixed(0)
  return `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${gibibytes} GiB, ${type()} ${process.arch}, Node ${process.versions.node}`
}

export const loadAverage = (): string =>
  loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')

export async function processorTimes(): Promise<ProcessorTimes | undefined> {
  const text = await readOrNothing('/proc/stat')
  const [first] = text?.split('\n') ?? []
  return first === undefined ? undefined : readProcessorTimes(first)
}

/** The first line of /proc/stat: user nice system idle iowait irq softirq steal guest guest_nice (proc_stat(5)). */
export function readProcessorTimes(line: string): ProcessorTimes | undefined {
  const fields = line.trim().split(/\s+/)
  if (fields[0] !== 'cpu') return undefined
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, irq = 0, softirq = 0, stolen = 0] = fields
    .slice(1)
    .map((ticks) => Number(ticks) / ticksPerSecond)
  return { total: user + nice + system + idle + waiting + irq + softirq + stolen, idle: idle + waiting, stolen }
}

export interface Shares {
  /** Worked for somebody on this machine. */
  readonly busy: number
  readonly stolen: number
  /** Worked for somebody other than whoever used `ownSeconds`. */
  readonly others: number
}

/** What the processors did between two readings, as shares of 1. */
export function sharesBetween(before: ProcessorTimes, after: ProcessorTimes, ownSeconds = 0): Shares {
  const total = after.total - before.total
  if (total <= 0) return { busy: 0, stolen: 0, others: 0 }
  const stolen = (after.stolen - before.stolen) / total
  const busy = 1 - (after.idle - before.idle) / total - stolen
  return { busy, stolen, others: Math.max(0, busy - ownSeconds / total) }
}

/**
 * Processor seconds that a process with all its threads, and the processes that it started, have used so far. Undefined
 * where the system does not tell.
 */
export async function processorSecondsOf(pid: number): Promise<number | undefined> {
  const own = (await usageOf(pid))?.own
  if (own === undefined) return undefined
  const children = await Promise.all((await childrenOf(pid)).map(processorSecondsOf))
  return children.reduce<number>((sum, seconds) => sum + (seconds ?? 0), own)
}

/** Of its first thread, which is the one that starts processes in Node. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readOrNothing(`/proc/${pid}/task/${pid}/children`)
  return (text ?? '').split(' ').flatMap((word) => (word === '' ? [] : [Number(word)]))
}

/** What this process and all children that have ended have used; children still running are not in it. */
export async function secondsOfThisRun(): Promise<number | undefined> {
  const usage = await usageOf(process.pid)
  return usage && usage.own + usage.ofEndedChildren
}

async function usageOf(pid: number): Promise<{ own: number; ofEndedChildren: number } | undefined> {
  const text = await readOrNothing(`/proc/${pid}/stat`)
  // The name is in brackets and may hold anything; what follows it is numbers (proc_pid_stat(5), fields 14 to 17).
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  if (fields === undefined) return undefined
  const seconds = (field: number): number => Number(fields[field - 3]) / ticksPerSecond
  return { own: seconds(14) + seconds(15), ofEndedChildren: seconds(16) + seconds(17) }
}

export interface Memory {
  /** Resident: shared pages count whole. */
  readonly residentMebibytes: number
  /** Proportional: a page shared by two processes counts half. */
  readonly proportionalMebibytes: number
}

/** Of a process and those that it started. */
export async function memoryOf(pid: number): Promise<Memory | undefined> {
  const all = await Promise.all([pid, ...(await childrenOf(pid))].map(memoryOfOne))
  if (all[0] === undefined) return undefined
  return {
    residentMebibytes: all.reduce((sum, one) => sum + (one?.residentMebibytes ?? 0), 0),
    proportionalMebibytes: all.reduce((sum, one) => sum + (one?.proportionalMebibytes ?? 0), 0),
  }
}

async function memoryOfOne(pid: number): Promise<Memory | undefined> {
  const text = await readOrNothing(`/proc/${pid}/smaps_rollup`)
  const of = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text ?? '')?.[1]) / 1024
  return text === undefined ? undefined : { residentMebibytes: of('Rss'), proportionalMebibytes: of('Pss') }
}

/** USER_HZ is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

async function readOrNothing(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    return undefined
  }
}
