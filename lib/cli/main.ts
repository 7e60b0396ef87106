#!/usr/bin/env node
import { movinet } from './movinet/program';
import { COMMANDS } from './movinet/commands';
import { runCommand } from './program/failure';

const called = COMMANDS.find(({ name }) => name === process.argv[2]);
void runCommand(movinet, process, { needsReader: called?.needsReader ?? true });
