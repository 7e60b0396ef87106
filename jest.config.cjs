// Tests talk to servers of this machine, whatever proxy it has for others.
for (const name of ['http_proxy', 'https_proxy', 'no_proxy'])
  for (const variable of [name, name.toUpperCase()]) delete process.env[variable];

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
  testTimeout: 60_000,
};
