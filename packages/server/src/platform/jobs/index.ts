export { createJobs, jobNames } from './jobs.ts'
export type { JobCount, JobName, JobPayloads, Jobs, JobStorage, JobWork } from './jobs.ts'
