import { bench } from './bench/command';
import { runCommand } from '../lib/cli/program/failure';

void runCommand(bench);
