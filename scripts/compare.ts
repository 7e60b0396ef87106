import { runCommand } from '../lib/cli/program/failure';
import { compare } from '../lib/cli/compare';

void runCommand(compare);
