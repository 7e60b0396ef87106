import { runCommand } from '../../../lib/cli/program/failure';
import { benchInstructions } from './command';

void runCommand(benchInstructions);
