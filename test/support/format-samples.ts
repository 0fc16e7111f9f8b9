/** Small files of all formats that can be divided into ranges, made by real tools. */
import { installed } from "./installed.ts";
import type { Spec } from "./tree.ts";
import { build } from "./two-builds.ts";

export interface Sample {
  readonly title: string;
  /** As `rangedFormatOf` names it. */
  readonly format: string;
  readonly bytes: Buffer;
}

const SOURCES: Spec = {
  "x.c": "#include <stdio.h>\nint value = 3;\nint f(int x) { puts(__FILE__); return x + value; }\n",
  "main.c": "int main(void) { return 0; }\n",
  "x.py": "def f(x):\n    return x + 1\n",
  "a-name-of-more-than-15": "contents\n",
};

/** Title, format, tools, script. */
const SCRIPTS: readonly (readonly [string, string, string, string])[] = [
  ["object", "elf", "gcc", "gcc -g -O2 -c x.c -o out"],
  ["LTO object", "elf", "gcc", "gcc -flto -O2 -c x.c -o out"],
  ["library", "elf", "gcc", "gcc -g -shared -fPIC x.c -o out"],
  [
    "big-endian object",
    "elf",
    "clang",
    "clang --target=powerpc-linux-gnu -g -ffreestanding -c main.c -o out",
  ],
  ["archive", "ar", "gcc ar", "gcc -c x.c; ar rc out x.o a-name*"],
  ["BSD archive", "ar", "llvm-ar", "llvm-ar rc --format=bsd out main.c a-name*"],
  ["thin archive", "ar", "ar", "ar rcT out main.c a-name*"],
  ["bytecode", "pyc", "python3", "python3 -m compileall -q x.py; cp __pycache__/*.pyc out"],
  ["gzip", "gzip", "gzip", "gzip -c x.c > out"],
  ["zip", "zip", "zip", "zip -q out.zip x.c a-name* main.c; mv out.zip out"],
  ["WebAssembly", "wasm", "clang", "clang --target=wasm32 -g -ffreestanding -c main.c -o out"],
  [
    "PE",
    "pe",
    "x86_64-w64-mingw32-gcc",
    "x86_64-w64-mingw32-gcc -s -shared x.c -o x.dll; mv x.dll out",
  ],
  ["COFF", "pe", "x86_64-w64-mingw32-gcc", "x86_64-w64-mingw32-gcc -g -c main.c -o out"],
  ["Mach-O", "mach-o", "clang", "clang --target=x86_64-apple-macos11 -g -c main.c -o out"],
  ["Mach-O, 32 bits", "mach-o", "clang", "clang --target=i386-apple-macos10.4 -c main.c -o out"],
  [
    "Mach-O for two architectures",
    "mach-o",
    "clang llvm-lipo-14",
    "for a in x86_64 arm64; do clang --target=$a-apple-macos11 -c main.c -o $a.o; done; llvm-lipo-14 -create *.o -output out",
  ],
  ["jar", "zip", "jar", "jar --create --file=out main.c x.c"],
];

let made: readonly Sample[] | undefined;

/** The samples whose tools are installed. */
export function formatSamples(): readonly Sample[] {
  made ??= SCRIPTS.filter(([, , tools]) => installed(...tools.split(" "))).map(
    ([title, format, , script]) => {
      const [bytes] = build({ sources: SOURCES, a: script, b: script });
      return { title, format, bytes };
    },
  );
  return made;
}
