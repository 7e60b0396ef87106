/** Numbers that follow from the step: what a schedule is, and the kinds that are built in. Whoever imports the registry from here has them all. */
export { constant, schedules, type Schedule } from './schedules/registry';
export { cosineDecay, cosineDecayRestarts } from './schedules/cosine';
export { exponentialDecay, piecewiseConstant, polynomialDecay, stepDecay } from './schedules/decays';
export { warmUp } from './schedules/warm-up';
