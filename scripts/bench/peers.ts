import { runCommand } from '../../lib/cli/program/failure';
import { benchPeers } from './peers/command';

void runCommand(benchPeers);
