import { builtByMake } from "../makefile.mjs";

/** Strips a program in place, writes a stripped copy, and splits off debug symbols. */
export default {
  ...builtByMake(["debug", "release"]),
  name: "make, strip, objcopy",
  tools: ["make", "gcc", "strip", "objcopy"],
  wrapped: ["gcc", "strip", "objcopy"],
  files: {
    "app.c": "#include CONFIG\nint main(void) { return NUMBER + @SHARED@; } /* @NOTE@ */\n",
    "debug.h": "#define NUMBER @OWN@\n",
    "release.h": "#define NUMBER 7\n",
    Makefile: `B := build/$V
all: $B/app $B/small $B/app.debug $B/bare.o
$B/app: app.c $V.h
	@mkdir -p $B
	gcc -O2 -DCONFIG='"$V.h"' $< -o $@
	strip $@
$B/full: app.c $V.h
	gcc -O2 -DCONFIG='"$V.h"' $< -o $@
$B/small: $B/full
	strip -o $@ $<
$B/app.debug: $B/full
	objcopy --only-keep-debug $< $@
$B/app.o: app.c $V.h
	gcc -O2 -DCONFIG='"$V.h"' -c $< -o $@
$B/bare.o: $B/app.o
	objcopy --strip-unneeded $< $@
`,
  },
  stop: 10,
};
