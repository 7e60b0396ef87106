import { runCommand } from '../../lib/cli/program/failure';
import { soak } from './command';

void runCommand(soak);
