export { createJobs } from './jobs.ts'
export type { JobName, JobPayloads, Jobs, JobStorage, JobWork } from './jobs.ts'
