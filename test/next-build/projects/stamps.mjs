/** Stamp files record by their times when a step was done; all have the same contents. */
export default {
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
  variants: ["debug", "release"],
  first: "debug",
  build: (variant) => [`make -s V=${variant}`],
  outputs: ["build"],
  idle: "for v in debug release; do make -q V=$v; echo $v: $?; done",
  stop: 3,
  careless: true,
};
