import { runCommand } from '../lib/cli/program/failure';
import { inspectCommand } from '../lib/cli/inspect';

void runCommand(inspectCommand);
