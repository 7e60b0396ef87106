import { exportCommand } from '../lib/cli/export';
import { runCommand } from '../lib/cli/failure';

void runCommand(exportCommand);
