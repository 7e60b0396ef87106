import { exportCommand } from '../lib/cli/export';
import { runCommand } from '../lib/cli/program/failure';

void runCommand(exportCommand);
