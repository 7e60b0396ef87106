import { runCommand } from '../lib/cli/program/failure';
import { doctor } from './doctor/command';

void runCommand(doctor);
