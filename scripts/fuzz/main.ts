import { runCommand } from '../../lib/cli/program/failure';
import { fuzz } from './command';

void runCommand(fuzz);
