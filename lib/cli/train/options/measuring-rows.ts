import { integerFrom } from '../../../base/ranges';
import { onOrOff, option, type OptionRows } from '../../options/option';
import { pathOption, text } from '../../program/options';
import { listedCallbacks, listedMetrics } from './described';

const logOption = (value: string, help: string) => pathOption(text.exactOptional(), { value, help, fallback: 'none' });

/** What is measured of a run, what follows from it, and where it is written beside the report. */
export const measuringRows = {
  metrics: option(listedMetrics.exactOptional(), {
    value: '<list>',
    help: 'what is measured beside the loss: kinds, or as JSON descriptions',
    fallback: 'accuracy',
  }),
  monitor: option(text.exactOptional(), {
    value: '<metric>',
    help: 'the metric that decides which epoch is the best, such as val_accuracy',
    fallback: 'val_loss, without validation loss',
  }),
  earlyStopping: option(integerFrom(1).exactOptional(), {
    value: '<epochs>',
    help: 'end after so many epochs without an improvement, with the weights of the best',
    fallback: 'off',
  }),
  validation: option(onOrOff.default(true), { help: 'do not evaluate after each epoch' }),
  validateEvery: option(integerFrom(1).exactOptional(), {
    value: '<n>',
    help: 'evaluate within epochs too, every n training steps',
    fallback: 'at their end only',
  }),
  csvLog: logOption('<file>', 'a line of numbers for each epoch, for spreadsheets'),
  jsonLog: logOption('<file>', 'a line of JSON for each epoch'),
  tensorboard: logOption('<folder>', 'events for TensorBoard: tensorboard --logdir FOLDER'),
  callbacks: option(listedCallbacks.exactOptional(), {
    value: '<json>',
    help: 'a list of descriptions of what else accompanies the run, such as [{"kind":"earlyStopping","monitor":"loss"}]',
    fallback: 'none',
  }),
} satisfies OptionRows;
