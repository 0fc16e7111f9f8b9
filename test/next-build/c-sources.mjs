/**
 * A library of three units and a program. At O2 and O3 `same.o`, `tuned.o`, `tool.o` and the program are
 * equal byte for byte, `loop.o` is not, nor is anything at O0. `tune.h` is the source that one variant has
 * for itself.
 */

/** @param own The variant whose `tune.h` changes. */
export function cSources(variants, own) {
  return {
    "src/common.h": "#define SHARED @SHARED@ /* @NOTE@ */\n",
    "src/same.c": '#include "common.h"\nint same(int x) { return x * 3 + SHARED; }\n',
    "src/tuned.c": '#include "tune.h"\nint tuned(void) { return TUNE; }\n',
    "src/loop.c": `#include "common.h"
int loop(const int *a, int n) { int s = SHARED; for (int i = 0; i < n; i++) s += a[i] * a[i]; return s; }
`,
    "src/tool.c": "int same(int);\nint tuned(void);\nint main(void) { return same(tuned()); }\n",
    ...Object.fromEntries(
      variants.map((name) => [
        `variants/${name}/tune.h`,
        `#define TUNE ${name === own ? "@OWN@" : 7}\n`,
      ]),
    ),
  };
}

export const UNITS = ["same", "tuned", "loop"];
