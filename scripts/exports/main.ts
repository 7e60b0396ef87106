import { runCommand } from '../../lib/cli/program/failure';
import { checkExports } from './command';

void runCommand(checkExports);
