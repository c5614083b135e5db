export { checkCommand } from './check.ts'
export { migrateCommand } from './migrate.ts'
export { allowances, productionFaults } from './production.ts'
