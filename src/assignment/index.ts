export { type Assignment, hungarianAlgorithm } from './hungarianAlgorithm.js'
