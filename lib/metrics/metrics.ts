/** Every kind of metric: whoever takes the registry from here has them all in it. */
export { metrics } from './kinds/registry';
export { MeanMeter } from './kinds/mean-meter';
export { accuracy, hammingLoss, loss, subsetAccuracy, topK } from './kinds/means';
export { f1, precision, recall } from './kinds/class-metrics';
export { cohenKappa, confusionMatrix } from './kinds/confusion';
export { expectedCalibrationError } from './kinds/calibration';
export { meanAveragePrecision } from './kinds/mean-average-precision';
