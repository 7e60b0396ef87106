import { runCommand } from '../lib/cli/program/failure';
import { evaluate } from '../lib/cli/evaluate';

void runCommand(evaluate);
