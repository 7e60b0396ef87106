import { runCommand } from '../lib/cli/failure';
import { evaluate } from '../lib/cli/evaluate';

void runCommand(evaluate);
