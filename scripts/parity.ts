import { runCommand } from '../lib/cli/failure';
import { parity } from './parity/command';

void runCommand(parity);
