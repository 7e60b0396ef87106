import { bench } from './bench/command';
import { runCommand } from '../lib/cli/failure';

void runCommand(bench);
