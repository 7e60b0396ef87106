import { AddonError, type AddonFailure } from '../base/errors';
import { messageOf } from '../base/shown';
import { commandLine } from './package';

interface Explanation {
  reason: AddonFailure;
  /** What is wrong, without a full stop. */
  what: string;
  /** What to do. */
  advice: string;
}

interface Rule {
  /** What the dynamic linker, Node, node-gyp-build or the addon itself says. */
  pattern: RegExp;
  explain: (parts: (string | undefined)[]) => Explanation;
}

const SETUP = `run \`${commandLine('setup')}\``;
const BUILD = `${SETUP}, which builds it for this machine`;
const NO_OTHER_LIBRARIES = `${BUILD}, and see that LD_LIBRARY_PATH brings no other libraries`;

/** Debian's and Ubuntu's packages of libraries that TensorFlow and OpenCV take for granted. */
const PACKAGES: Readonly<Record<string, string>> = {
  'libstdc++.so.6': 'libstdc++6',
  'libgcc_s.so.1': 'libgcc-s1',
  'libgomp.so.1': 'libgomp1',
  'libz.so.1': 'zlib1g',
  'libGL.so.1': 'libgl1',
};

function adviceForMissing(library: string): string {
  if (library.startsWith('libtensorflow'))
    return `${SETUP}, which fetches TensorFlow and puts it where the addon looks for it`;
  const module = /^lib(opencv_\w+|avformat|avcodec|avutil|swscale|hwy)\.so/.exec(library)?.[1];
  if (module !== undefined) {
    const name = `lib${module.replace('_', '-')}-dev`;
    return `${SETUP}, which takes ${name} from the system and builds the addon with the version there`;
  }
  const name = PACKAGES[library];
  const how = name === undefined ? 'install the package that holds it' : `\`apt-get install ${name}\``;
  return `${how}; \`${commandLine('doctor')}\` names every library that is missing`;
}

/** The first that matches decides. */
const RULES: readonly Rule[] = [
  {
    pattern: /addons is disabled/,
    explain: () => ({
      reason: 'disabled',
      what: 'this process may load no addons',
      advice: 'start Node without --no-addons, or with --allow-addons where it has --permission',
    }),
  },
  {
    pattern: /^No native build was found/,
    explain: () => ({ reason: 'not-built', what: 'it is not built', advice: `${SETUP} to build it` }),
  },
  {
    pattern: /Error (?:loading shared library|relocating)|(?:ld-linux\S*|ld-musl\S*): cannot open/,
    explain: () => ({
      reason: 'wrong-machine',
      what: 'it was built for a system with another C library',
      advice: 'use a system with glibc, such as Debian or Ubuntu: TensorFlow has no build for musl',
    }),
  },
  {
    pattern: /(\S+): version [`']((?:GLIBC|GLIBCXX|CXXABI|GCC)_[\w.]+)' not found(?: \(required by (\S+)\))?/,
    explain: ([library = '', version = '', user = 'the addon']) => ({
      reason: 'old-system',
      what: `${library} is too old: it lacks ${version}, which ${user} needs`,
      advice: /^\/(?:usr\/)?lib/.test(library)
        ? /tensorflow/.test(user)
          ? 'use a newer system, or let LIBTENSORFLOW_DIR name a TensorFlow that was built for this one'
          : BUILD
        : "see that LD_LIBRARY_PATH does not put it before the system's own",
    }),
  },
  {
    pattern: /([^\s/]+): cannot open shared object file/,
    explain: ([library = '']) => ({
      reason: 'missing-library',
      what: `${library} is missing`,
      advice: adviceForMissing(library),
    }),
  },
  {
    pattern: /(\/.+): (?:wrong ELF class|cannot open shared object file: Exec format)/,
    explain: ([file = '']) => ({ reason: 'wrong-machine', what: `${file} is for another processor`, advice: BUILD }),
  },
  {
    pattern: /(\/.+): (?:invalid ELF header|file too short|cannot read file data)|did not self-register: '(.+)'/,
    explain: ([file, unregistered]) => ({
      reason: 'damaged',
      what: `${file ?? unregistered ?? ''} is damaged`,
      advice: `remove it, then ${SETUP}`,
    }),
  },
  {
    pattern: /(undefined symbol: \S+|version [`']\S+' not found)/,
    explain: ([symbol = '']) => ({
      reason: 'other-library',
      what: `the libraries that were found are not those it was built with: ${symbol}`,
      advice: NO_OTHER_LIBRARIES,
    }),
  },
  {
    pattern: /^(TensorFlow \S* was loaded, .*)/,
    explain: ([versions = '']) => ({ reason: 'other-library', what: versions, advice: NO_OTHER_LIBRARIES }),
  },
];

function explain(text: string, exists: (path: string) => boolean): Explanation {
  // glibc says of a file for another processor that there is none.
  const absent = /^(\/.+): cannot open shared object file: No such file/.exec(text)?.[1];
  if (absent !== undefined && exists(absent)) {
    return { reason: 'wrong-machine', what: `${absent} is for another processor`, advice: BUILD };
  }
  for (const { pattern, explain: from } of RULES) {
    const match = pattern.exec(text);
    if (match) return from(match.slice(1));
  }
  const what = text.split('\n')[0] ?? '';
  return { reason: 'unknown', what, advice: `run \`${commandLine('doctor')}\` to see what is amiss` };
}

/** The failure to load the addon, in one line that says what stands in the way and what to do about it. */
export function loadFailure(error: unknown, exists: (path: string) => boolean): AddonError {
  const text = messageOf(error);
  const { reason, what, advice } = explain(text, exists);
  return new AddonError(`The native addon cannot be loaded (${what}); ${advice}`, reason, { cause: error });
}
