# The addon for those who build with node-gyp: the sources of native/sources.txt and the libraries that CMakeLists.txt takes.
{
  'targets': [
    {
      'target_name': 'movinet_native',
      'sources': ['<!@(node scripts/setup/native-values.mjs sources)'],
      'include_dirs': [
        'native',
        '<!(node -p "require(\'node-addon-api\').include_dir")',
      ],
      'defines': ['NAPI_VERSION=8', 'NODE_ADDON_API_DISABLE_DEPRECATED', 'NODE_ADDON_API_CPP_EXCEPTIONS_ALL',
        '<!@(node scripts/setup/native-values.mjs defines)'],
      'cflags!': ['-fno-exceptions'],
      'cflags_cc!': ['-fno-exceptions', '-fno-rtti', '-std=gnu++17', '-std=gnu++20'],
      'cflags_cc': [
        '-std=c++17',
        '-fvisibility=hidden',
        '-fvisibility-inlines-hidden',
        '-pthread',
        '<!@(node scripts/setup/native-values.mjs includes)',
      ],
      'libraries': ['<!@(node scripts/setup/native-values.mjs libraries)', '-pthread'],
    },
  ],
}
