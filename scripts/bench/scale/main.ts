import { runCommand } from '../../../lib/cli/program/failure';
import { benchScale } from './command';

void runCommand(benchScale);
