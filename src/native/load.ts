import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { type Errno, errnoByNumber } from "../core/result.ts";

/** What a C parameter can be given here; a view passes the address of its own memory, nothing is copied. */
export type CValue = string | number | bigint | ArrayBufferView | null;

/** A C function that answers an integer. */
export type CFunction = (...values: CValue[]) => number;

/** The C library of this process. */
export interface Library {
  /** Declares a function by its C types; throws where the library does not have it. */
  readonly func: (name: string, result: string, parameters: readonly string[]) => CFunction;
  /** The error of the call that just failed. Ask before anything else is called: the next call may overwrite it. */
  readonly lastError: () => Errno;
  /** Where a view's memory is, for `uintptr_t` parameters. It stays there as long as somebody has the view. */
  readonly addressOf: (view: Uint8Array) => number;
}

/** The part of koffi that is used here. */
interface Koffi {
  load(path: null): {
    func(name: string, result: string, parameters: readonly string[]): CFunction;
  };
  readonly errno: () => number;
  readonly address: (view: Uint8Array) => bigint;
}

/**
 * The C library through koffi. Throws where koffi is not installed, has no build for this platform, or
 * cannot be loaded.
 *
 * koffi stays an import at run time, because bundling a native module is impossible: `createRequire`
 * is looked up from this file, wherever the bundler has put it (`__filename` exists in CommonJS only,
 * `import.meta.url` in ES modules only).
 */
export function loadLibrary(): Library {
  const here = typeof __filename === "string" ? __filename : import.meta.url;
  const koffi = requireKoffi(createRequire(here));
  // The process itself holds the C library already, under whatever name (glibc, musl, libSystem).
  const library = koffi.load(null);
  const { address, errno } = koffi;
  return {
    func: (name, result, parameters) => library.func(name, result, parameters),
    lastError: () => errnoByNumber(errno()),
    addressOf: (view) => Number(address(view)),
  };
}

/**
 * koffi's build for this system: it is all that is needed here, and is there in a third of the time that koffi
 * takes, which looks for it in many places. Only koffi finds it where packages are not laid side by side.
 */
function requireKoffi(find: NodeJS.Require): Koffi {
  const system = `${process.platform}-${process.arch}`;
  for (const file of [...(surelyGlibc() ? [`/linux_${process.arch}/koffi.node`] : []), ""]) {
    try {
      const build = find(`@koromix/koffi-${system}${file}`) as Partial<Koffi>;
      if ([build.load, build.errno, build.address].every((call) => call !== undefined))
        return build as Koffi;
    } catch {
      // The package's entry knows all builds; koffi itself says what is missing.
    }
  }
  return find("koffi") as Koffi;
}

/** By the dynamic linkers that are there: koffi's package reads it from Node's own file, which takes 2 ms. */
function surelyGlibc(): boolean {
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
