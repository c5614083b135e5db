export { createJobs } from './jobs.ts'
export type { JobName, Jobs, JobStorage, JobWork } from './jobs.ts'
