import { builtByMake } from "../makefile.mjs";

/** A program is copied into a staging directory by `install`, which removes an existing file first. */
export default {
  ...builtByMake(["debug", "release"]),
  name: "make, `install` into dist/",
  tools: ["make", "gcc", "install"],
  wrapped: ["gcc", "install"],
  files: {
    "app.c": "#include CONFIG\nint main(void) { return NUMBER + @SHARED@; } /* @NOTE@ */\n",
    "debug.h": "#define NUMBER @OWN@\n",
    "release.h": "#define NUMBER 7\n",
    Makefile: `all: dist/$V/bin/app
build/$V/app: app.c $V.h
	@mkdir -p build/$V
	gcc -O2 -DCONFIG='"$V.h"' $< -o $@
dist/$V/bin/app: build/$V/app
	install -D $< $@
`,
  },
  outputs: ["build", "dist"],
  stop: 3,
};
