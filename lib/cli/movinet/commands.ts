/* eslint-disable @typescript-eslint/no-require-imports -- what one command needs is not loaded for the others */
import type * as compareModule from '../compare';
import type * as doctorModule from '../doctor';
import type * as evaluateModule from '../evaluate';
import type * as exportModule from '../export';
import type * as inspectModule from '../inspect';
import type * as predictModule from '../predict';
import type * as reportModule from '../report';
import type * as setupModule from '../setup';
import type * as streamModule from '../stream';
import type * as streamOptionsModule from '../stream/options';
import type * as trainModule from '../train';
import type * as trainOptionsModule from '../train/options';
import type * as videoModule from '../video';
import type * as videoOptionsModule from '../video/options';
import type { CommandTable } from '../options/command-table';

export interface LoadedCommand {
  readonly table: CommandTable;
  readonly run: (argv: readonly string[]) => Promise<void>;
}

/** A command of the program: what its list says of it, and how it is got when it is called. */
export interface ProgramCommand {
  readonly name: string;
  /** One line. */
  readonly about: string;
  readonly load: () => LoadedCommand;
  /** False: its work is worth more than what it prints, so that it goes on where nobody reads any more. Default true. */
  readonly needsReader?: false;
}

/** In the order in which a newcomer meets them. */
export const COMMANDS: readonly ProgramCommand[] = [
  {
    name: 'setup',
    about: 'make this machine ready: TensorFlow into the cache, the native addon for this system',
    load() {
      const { setup: run, setupTable: table } = require('../setup') as typeof setupModule;
      return { run, table };
    },
  },
  {
    name: 'doctor',
    about: 'say what this machine has and what stands in the way',
    load() {
      const { doctor: run, doctorTable: table } = require('../doctor') as typeof doctorModule;
      return { run, table };
    },
  },
  {
    name: 'train',
    about: 'fine-tune a classifier on videos',
    needsReader: false,
    load() {
      const { train: run } = require('../train') as typeof trainModule;
      const { trainTable: table } = require('../train/options') as typeof trainOptionsModule;
      return { run, table };
    },
  },
  {
    name: 'evaluate',
    about: 'measure a model on a data set',
    load() {
      const { evaluate: run, evaluateTable: table } = require('../evaluate') as typeof evaluateModule;
      return { run, table };
    },
  },
  {
    name: 'predict',
    about: 'classify video files',
    load() {
      const { predict: run, predictTable: table } = require('../predict') as typeof predictModule;
      return { run, table };
    },
  },
  {
    name: 'stream',
    about: 'classify videos, cameras and addresses while they play',
    load() {
      const { stream: run } = require('../stream') as typeof streamModule;
      const { streamTable: table } = require('../stream/options') as typeof streamOptionsModule;
      return { run, table };
    },
  },
  {
    name: 'video',
    about: 'say what is in video files, and show the frames that a model would see',
    load() {
      const { video: run } = require('../video') as typeof videoModule;
      const { videoTable: table } = require('../video/options') as typeof videoOptionsModule;
      return { run, table };
    },
  },
  {
    name: 'export',
    about: 'write a model for other programs',
    load() {
      const { exportCommand: run, exportTable: table } = require('../export') as typeof exportModule;
      return { run, table };
    },
  },
  {
    name: 'inspect',
    about: 'show what a SavedModel or a checkpoint holds',
    load() {
      const { inspectCommand: run, inspectTable: table } = require('../inspect') as typeof inspectModule;
      return { run, table };
    },
  },
  {
    name: 'report',
    about: "draw a run's page and charts again from its files",
    load() {
      const { report: run, reportTable: table } = require('../report') as typeof reportModule;
      return { run, table };
    },
  },
  {
    name: 'compare',
    about: 'set runs side by side',
    load() {
      const { compare: run, compareTable: table } = require('../compare') as typeof compareModule;
      return { run, table };
    },
  },
];
