import { existsSync, writeFileSync } from 'node:fs';
import { must } from './program';

const BINFMT = '/proc/sys/fs/binfmt_misc';
const NAME = 'qemu-aarch64';
const PROGRAM = '/usr/bin/qemu-aarch64-static';

function bytes(...values: number[]): string {
  return values.map((value) => `\\x${value.toString(16).padStart(2, '0')}`).join('');
}

/** What an ELF file of ARM64 begins with, and which of its bits count: as Debian's package qemu-user-static has them. */
const MAGIC = bytes(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0xb7, 0);
const MASK = bytes(255, 255, 255, 255, 255, 255, 255, 0, 255, 255, 255, 255, 255, 255, 255, 255, 254, 255, 255, 255);

/** Lets this machine's kernel start programs of ARM64 in QEMU, in other root file systems too (F: it is opened now). As root. */
export function registerEmulator(): void {
  if (process.arch === 'arm64') return;
  if (!existsSync(`${BINFMT}/register`)) must('mount', ['-t', 'binfmt_misc', 'binfmt_misc', BINFMT]);
  if (existsSync(`${BINFMT}/${NAME}`)) return;
  must(PROGRAM, ['--version']);
  writeFileSync(`${BINFMT}/register`, `:${NAME}:M::${MAGIC}:${MASK}:${PROGRAM}:F`);
}
