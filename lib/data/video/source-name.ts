import { VideoError } from '../../base/errors';

/** A number of up to four digits, or a device: `/dev/video0`, `/dev/v4l/by-id/…`. */
export const isCamera = (source: string): boolean => /^\d{1,4}$|^\/dev\/(video\d|v4l\/)/.test(source);

export const isAddress = (source: string): boolean => source.includes('://');

/** What stands for a secret that was cut out. */
const CUT = '***';

/** Names of parameters whose values are secrets: `password`, `userpwd`, `access_token`, `api-key`, `auth_sid`, but not `keyframe` or `monkey`. */
const SECRET_NAME =
  /^auth|(pass|passwd|password|passphrase|passcode|pwd|psw|token|secret|auth|authorization|credentials?|signature|jwt)$|(^|[^a-z]|api|access|private|secret|shared|stream|license)key$|(^|[^a-z])sig$/i;

/** A host, perhaps with a port, and no user before it: an `@` that comes before the next `/` would stand in a query `?name=`. */
const HOST_ALONE = /^(\[[^\]]*\]|[^:@/?#]*)((:\d+)?(\/|$|[?#][^@/]*(\/|$))|\?[^@/]*=)/;

/** What is a host beyond doubt, and no last word of a password. */
const SURE_HOST = /[.:[]|^localhost$/;

/**
 * What to call a source in a message: a path or a camera as it is, an address without its secrets and otherwise unchanged.
 *
 * - The user and password, with their `@`, are left out: all from `://` to the last `@` before the next `/`, whatever characters there are. A raw `/` in a
 *   password is seen where no host, or one that is a single word, is all that stands before it: then all to the last `@` before the query is left out.
 * - Of `name=value` with the name of a secret ({@link SECRET_NAME}), the value becomes `***`. In a query it ends before the next parameter, in a
 *   path before `/`, `&`, `;` or `_name=`, as some cameras have it.
 */
export function sourceName(source: string): string {
  if (!isAddress(source)) return source;
  const begin = source.indexOf('://') + '://'.length;
  const rest = withoutUser(source.slice(begin)).replace(/([a-z]:\/\/)[^/?#&]*@/gi, '$1');
  const query = rest.indexOf('?');
  const end = query < 0 ? rest.length : query;
  return source.slice(0, begin) + secretsOfPath(rest.slice(0, end)) + secretsOfQuery(rest.slice(end));
}

function withoutUser(rest: string): string {
  if (HOST_ALONE.test(rest)) return rest;
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const path = rest.slice(authority.length);
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const later = path.replace(/\?.*/s, '').lastIndexOf('@');
  const isHost = later < 0 || (host !== authority && SURE_HOST.test(host));
  return isHost ? host + path : path.slice(later + 1);
}

const cut = (whole: string, name: string, value: string): string =>
  SECRET_NAME.test(name.replace(/\]$/, '')) && value !== '' ? `${name}=${CUT}` : whole;

function secretsOfPath(path: string): string {
  return path.replace(/(?<=^|[/&;_#])([a-z][a-z.-]*)=([^/&;]*?)(?=_[a-z][a-z.-]*=|[/&;]|$)/gi, cut);
}

/** A piece without a `=` goes with the value before it: that has a raw `&`. */
function secretsOfQuery(query: string): string {
  return query.replace(/(?<=[?&;#])([\w.[\]-]+)=([^&]*(?:&[^=&]*(?=&|$))*)/g, cut);
}

/** A failure that calls its source what was given, with the source's name instead. */
export function withoutPassword(error: unknown, source: string): unknown {
  const name = sourceName(source);
  if (name === source || !(error instanceof VideoError)) return error;
  return new VideoError(
    error.message.replaceAll(source, () => name),
    name,
  );
}
