import { builtByMake } from "../makefile.mjs";

const INSTALL = [
  "make -s V=debug install PREFIX=stage",
  "! grep -q 12 strip.txt || strip stage/bin/app",
];

/** A copy is installed, and later stripped in place, which must not strip the program in build/. */
export default {
  ...builtByMake(["debug", "release"]),
  name: "make install, strip in place",
  tools: ["make", "gcc", "install", "strip"],
  wrapped: ["gcc", "strip"],
  files: {
    "app.c": "#include CONFIG\nint main(void) { return NUMBER + @SHARED@; } /* @NOTE@ */\n",
    "debug.h": "#define NUMBER 7\n",
    "release.h": "#define NUMBER 7\n",
    "strip.txt": "@OWN@\n",
    Makefile: `PREFIX = /usr/local
all: build/$V/app
build/$V/app: app.c $V.h
	@mkdir -p build/$V
	gcc -O2 -DCONFIG='"$V.h"' $< -o $@
install: build/$V/app
	mkdir -p $(PREFIX)/bin
	cmp -s build/$V/app $(PREFIX)/bin/app || install build/$V/app $(PREFIX)/bin/app
`,
  },
  build: (variant) => [`make -s V=${variant}`, ...(variant === "debug" ? INSTALL : [])],
  outputs: ["build", "stage"],
  idle: undefined,
  stop: 1,
  careless: true,
  inPlace: true,
};
