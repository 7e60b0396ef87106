import { runCommand } from '../lib/cli/failure';
import { inspectCommand } from '../lib/cli/inspect';

void runCommand(inspectCommand);
