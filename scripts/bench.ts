import { bench } from '../lib/bench/command';
import { runCommand } from '../lib/cli/failure';

void runCommand(bench);
