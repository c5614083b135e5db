export { createAdmission } from './admission.ts'
export type { Admission, AdmissionDoor, Pressure } from './admission.ts'
