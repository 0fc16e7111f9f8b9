import { builtByMake } from "../makefile.mjs";

/** Stamp files record by their times when a step was done; all have the same contents. */
export default {
  ...builtByMake(["debug", "release"]),
  name: "make, stamp files",
  tools: ["make", "gcc"],
  wrapped: ["gcc"],
  files: {
    "unit.c": "int unit(void) { return NUMBER + @SHARED@; } /* @NOTE@ */\n",
    "debug.txt": "@OWN@\n",
    "release.txt": "7\n",
    Makefile: `B := build/$V
all: $B/stamp
$B/stamp: unit.c $V.txt
	@mkdir -p $B
	gcc -O2 -DNUMBER=$$(cat $V.txt) -c unit.c -o $B/unit.o
	gcc -shared $B/unit.o -o $B/libunit.so
	echo done > $@
`,
  },
  stop: 3,
  careless: true,
};
