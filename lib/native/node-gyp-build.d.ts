declare module 'node-gyp-build' {
  /** Loads the addon that was built or shipped under `root`. */
  function load(root: string): unknown;
  export = load;
}
