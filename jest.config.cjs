// Tests talk to servers of this machine, whatever proxy it has for others.
for (const name of ['http_proxy', 'https_proxy', 'no_proxy'])
  for (const variable of [name, name.toUpperCase()]) delete process.env[variable];

// Tests leave nothing in the user's cache.
process.env['MOVINET_INDEX_CACHE'] ??= 'off';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs', ignoreDynamic: true },
      },
    ],
  },
  // Looked up in the sandbox's global object, it is ten times as slow as it is.
  sandboxInjectedGlobals: ['Math'],
  testTimeout: 60_000,
  // Most tests work on one thread: jest's own choice, a processor fewer than there are, is one worker on two.
  maxWorkers: '100%',
  // What one test leaves behind another does not need: modules, TensorFlow's memory.
  workerIdleMemoryLimit: '2GB',
};
