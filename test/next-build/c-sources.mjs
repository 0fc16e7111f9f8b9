/**
 * Sources of a library with three units and of a program. -O2 and -O3 produce identical `same.o`, `tuned.o`, `tool.o`
 * and programs, but different `loop.o`; -O0 produces different files. Each variant has its own `tune.h`.
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
