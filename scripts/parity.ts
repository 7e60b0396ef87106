import { runCommand } from '../lib/cli/failure';
import { parity } from '../lib/cli/parity';

void runCommand(parity);
