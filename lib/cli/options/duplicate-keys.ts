/** An object or a list that is being read. */
interface Open {
  /** Of an object; undefined for a list. */
  readonly keys: Set<string> | undefined;
  /** The key whose value comes, or the place in the list. */
  at: string | number;
  /** Whether a text would be a key. */
  expectsKey: boolean;
}

/** Texts, and what separates them; numbers and words are passed over. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;

/** Where a key stands twice in an object of a JSON text that parses, such as `train.epochs`: `JSON.parse` takes the last one without a word. */
export function duplicateKey(json: string): string | undefined {
  const open: Open[] = [];
  for (const [token] of json.matchAll(TOKEN)) {
    const inner = open.at(-1);
    if (token === '{') open.push({ keys: new Set(), at: '', expectsKey: true });
    else if (token === '[') open.push({ keys: undefined, at: 0, expectsKey: false });
    else if (token === '}' || token === ']') open.pop();
    else if (inner === undefined) continue;
    else if (token === ',') {
      inner.expectsKey = inner.keys !== undefined;
      if (typeof inner.at === 'number') inner.at++;
    } else if (inner.expectsKey && inner.keys !== undefined) {
      inner.at = JSON.parse(token) as string;
      inner.expectsKey = false;
      if (inner.keys.has(inner.at)) return open.map(({ at }) => at).join('.');
      inner.keys.add(inner.at);
    }
  }
  return undefined;
}
