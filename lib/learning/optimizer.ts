/** How variables follow their gradients: what an optimizer is, and the kinds that are built in. Whoever imports the registry from here has them all. */
export { addSlot, optimizers, type LearnedVariable, type Optimizer, type OptimizerGraph } from './optimizers/registry';
export { adam, adamW } from './optimizers/adam';
export { sgd } from './optimizers/sgd';
export { rmsprop } from './optimizers/rmsprop';
