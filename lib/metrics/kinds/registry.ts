import { Registry } from '../../base/described';
import type { Metric } from '../metric';

/** What is measured, by kinds. */
export const metrics = new Registry<'metric', Metric>('metric');
