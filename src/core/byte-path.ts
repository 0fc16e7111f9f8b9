/**
 * A path as the kernel sees it.
 *
 * File names are bytes, not text: a name need not be valid UTF-8, and decoding one that is not loses it. In a
 * `BytePath` every character is one byte (0 to 255). V8 stores it with one byte per character, `<` compares it
 * by bytes, and an ASCII path reads as it is.
 */
export type BytePath = string & { readonly __bytes?: never };

const NOT_ASCII = /[\u0080-\u00ff]/;
const strict = new TextDecoder("utf-8", { fatal: true });

/** Encodes text as UTF-8. */
export function fromText(text: string): BytePath {
  // eslint-disable-next-line no-control-regex
  return /^[\u0000-\u007f]*$/.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** Decodes a path for display; bytes that are not UTF-8 become U+FFFD. */
export function toText(path: BytePath): string {
  return NOT_ASCII.test(path) ? Buffer.from(path, "latin1").toString("utf8") : path;
}

/** Whether `toText` loses nothing. */
export function isUtf8(path: BytePath): boolean {
  if (!NOT_ASCII.test(path)) return true;
  try {
    strict.decode(Buffer.from(path, "latin1"));
    return true;
  } catch {
    return false;
  }
}

/**
 * What `node:fs` takes: the string itself where it is ASCII, else its bytes.
 * @internal
 */
export function toNative(path: BytePath): string | Buffer {
  return NOT_ASCII.test(path) ? Buffer.from(path, "latin1") : path;
}

/** `directory/name`, without a double slash if the directory is `/`. */
export function join(dir: BytePath, name: BytePath): BytePath {
  if (dir === "") return name;
  return dir.charCodeAt(dir.length - 1) === 47 ? dir + name : `${dir}/${name}`;
}

/** A path without the slashes at its end; `/` stays. */
export function withoutEndSlashes(path: string): string {
  let to = path.length;
  while (to > 1 && path.charCodeAt(to - 1) === 47) to -= 1;
  return path.slice(0, to);
}

/** Everything before the last slash; `.` if there is none, `/` for a path in the root directory. */
export function dirOf(path: BytePath): BytePath {
  const slash = path.lastIndexOf("/");
  if (slash < 0) return ".";
  return slash === 0 ? "/" : path.slice(0, slash);
}

/** Everything after the last slash. */
export function nameOf(path: BytePath): BytePath {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Compares by bytes: negative, zero or positive. */
export function compareBytes(a: BytePath, b: BytePath): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** An absolute path without `.`, `..` and repeated slashes. Symbolic links are not resolved. */
export function absolutePath(base: BytePath, path: BytePath): BytePath {
  const whole = path.startsWith("/") ? path : `${base}/${path}`;
  if (!/\/\.{0,2}(?:\/|$)/.test(whole)) return whole;
  const parts: string[] = [];
  for (const part of whole.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
