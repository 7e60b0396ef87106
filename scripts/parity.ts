import { runCommand } from '../lib/cli/program/failure';
import { parity } from './parity/command';

void runCommand(parity);
