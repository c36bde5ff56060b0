export { formatPlan } from './formatPlan.js'
export { migrate, type Migrator } from './migrate.js'
export { type MigrationPlanner, planMigration } from './planMigration.js'
export type { Accept, MigrateOptions, PlanKind, PlanLine, PlanOptions, StartedAt, StatePlan } from './StatePlan.js'
