import { runCommand } from '../../lib/cli/program/failure';
import { benchData } from './data-command';

void runCommand(benchData);
