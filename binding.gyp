# The addon for those who build with node-gyp: the sources, libraries and flags of CMakeLists.txt. A test compares the flags.
{
  'targets': [
    {
      'target_name': 'movinet_native',
      'sources': ['<!@(node scripts/setup/native-values.mjs sources)'],
      'include_dirs': [
        'native',
        '<!(node -p "require(\'node-addon-api\').include_dir")',
      ],
      'defines': [
        'NAPI_VERSION=8',
        'NDEBUG',
        'NODE_ADDON_API_DISABLE_DEPRECATED',
        'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
        'NODE_ADDON_API_CPP_EXCEPTIONS_ALL',
        '_GLIBCXX_ASSERTIONS',
        '<!@(node scripts/setup/native-values.mjs defines)',
      ],
      'cflags!': ['-fno-exceptions'],
      'cflags_cc!': ['-fno-exceptions', '-fno-rtti', '-std=gnu++17', '-std=gnu++20'],
      'cflags_cc': [
        '-std=c++17',
        '-O3',
        '-Wall',
        '-Wextra',
        '-ffp-contract=off',
        '-fstack-protector-strong',
        '-fvisibility=hidden',
        '-fvisibility-inlines-hidden',
        '-pthread',
        '<!@(node scripts/setup/native-values.mjs includes)',
      ],
      'ldflags': [
        '-Wl,-z,nodelete',
        '-Wl,-z,relro',
        '-Wl,-z,now',
        '-Wl,--version-script=<(module_root_dir)/native/exports.map',
      ],
      'libraries': ['<!@(node scripts/setup/native-values.mjs libraries)', '-pthread'],
    },
  ],
}
