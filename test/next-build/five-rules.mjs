/**
 * Builds O2/foo.o, then generates a header, then builds O3/foo.o, which depends on the header and is identical to
 * O2/foo.o. If both objects had the same time, one of them would look out of date after every build.
 */
export function fiveRules({ depfiles }) {
  const make = depfiles ? "-MMD " : "";
  return {
    tools: ["make", "gcc"],
    wrapped: ["gcc", "generate"],
    files: {
      "foo.c":
        "#ifdef GENERATED\n#include GENERATED\n#endif\nint foo(int x) { return x + @SHARED@; } /* @NOTE@ */\n",
      "own.txt": "@OWN@\n",
      "main.c": "int foo(int);\nint main(void) { return foo(0); }\n",
      Makefile: `all: build/O2/foo.o build/gen.h build/O3/foo.o build/app
build/O2/foo.o: foo.c
	@mkdir -p build/O2 build/O3
	gcc ${make}-O2 -c $< -o $@
build/gen.h: own.txt build/O2/foo.o
	sleep 0.02; echo "/* $$(cat own.txt) */" > $@
build/O3/foo.o: foo.c build/gen.h
	gcc ${make}-O3 -DGENERATED='"build/gen.h"' -I. -c $< -o $@
build/app: build/O3/foo.o main.c
	gcc main.c build/O3/foo.o -o $@
-include build/O2/foo.d build/O3/foo.d
`,
    },
    variants: ["all"],
    first: "all",
    build: () => ["make -s all"],
    outputs: ["build"],
    idle: "make -q; echo $?",
    stop: 1,
  };
}
