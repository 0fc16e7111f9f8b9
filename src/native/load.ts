import { existsSync } from "node:fs";
import { type Errno, errnoByNumber } from "../core/result.ts";

/** A C argument. A view passes the address of its memory; nothing is copied. */
export type CValue = string | number | bigint | ArrayBufferView | null;

/** A C function that returns an integer. */
export type CFunction = (...values: CValue[]) => number;

/** The C library of this process. */
export interface Library {
  /** Declares a function by its C types; throws if the library lacks it. */
  readonly func: (name: string, result: string, parameters: readonly string[]) => CFunction;
  /** The error of the call that just failed. The next call may overwrite it. */
  readonly lastError: () => Errno;
}

/** The functions of koffi that are used here. */
interface Koffi {
  load(path: null): {
    func(name: string, result: string, parameters: readonly string[]): CFunction;
  };
  readonly errno: () => number;
}

/**
 * The C library through koffi. Throws if koffi is not installed, has no build for this platform, or cannot be loaded.
 *
 * koffi is a native module and cannot be bundled, so it is resolved at run time from this file, wherever the bundler
 * puts it (`__filename` exists only in CommonJS, `import.meta.url` only in ES modules).
 */
export function loadLibrary(): Library {
  const koffi = requireKoffi(
    typeof __filename === "string"
      ? require
      : process.getBuiltinModule("node:module").createRequire(import.meta.url),
  );
  // The process has loaded the C library, whatever its name (glibc, musl, libSystem).
  const library = koffi.load(null);
  const { errno } = koffi;
  return {
    func: (name, result, parameters) => library.func(name, result, parameters),
    lastError: () => errnoByNumber(errno()),
  };
}

/**
 * koffi's binary for this system, from the package that holds nothing else: koffi itself needs an install script,
 * which pnpm does not run unasked, and searches for its binary in three times as long.
 */
function requireKoffi(find: NodeJS.Require): Koffi {
  const name = `@koromix/koffi-${process.platform}-${process.arch}`;
  if (isGlibc()) {
    try {
      return find(`${name}/linux_${process.arch}/koffi.node`) as Koffi;
    } catch {
      // The package's main file knows the other places, and its error says what is missing.
    }
  }
  return find(name) as Koffi;
}

/** Decides by the installed dynamic linkers; koffi's package reads Node's executable instead, which takes 2 ms. */
function isGlibc(): boolean {
  const linkers = LINKERS[process.arch];
  return (
    process.platform === "linux" &&
    linkers !== undefined &&
    existsSync(linkers.glibc) &&
    !existsSync(linkers.musl)
  );
}

const LINKERS: Readonly<Record<string, { readonly glibc: string; readonly musl: string }>> = {
  x64: { glibc: "/lib64/ld-linux-x86-64.so.2", musl: "/lib/ld-musl-x86_64.so.1" },
  arm64: { glibc: "/lib/ld-linux-aarch64.so.1", musl: "/lib/ld-musl-aarch64.so.1" },
};
