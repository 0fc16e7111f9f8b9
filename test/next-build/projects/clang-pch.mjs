import { builtByMake } from "../makefile.mjs";

/** clang's precompiled header records the times of its headers, so a header must keep its time even with --all. */
export default {
  ...builtByMake(["debug", "release"]),
  name: "make, clang, precompiled header, --all",
  tools: ["make", "clang", "install"],
  wrapped: ["clang"],
  options: ["--all"],
  files: {
    "shared.h": "#define SHARED @SHARED@ /* @NOTE@ */\n",
    "debug.h": "#define TUNE @OWN@\n",
    "release.h": "#define TUNE 7\n",
    "app.c": "int main(void) { return SHARED + TUNE; }\n",
    Makefile: `B := build/$V
all: $B/app.o
$B/shared.h: shared.h
	@mkdir -p $B
	install -m 644 $< $@
$B/tune.h: $V.h
	@mkdir -p $B
	install -m 644 $< $@
$B/all.h: $B/shared.h $B/tune.h
	cat $^ > $@.new && mv $@.new $@
$B/all.pch: $B/all.h
	clang -x c-header $< -o $@
$B/app.o: app.c $B/all.pch
	clang -include-pch $B/all.pch -c $< -o $@
`,
  },
  ignored: /\.pch$/, // contains the times of its headers
  stop: 1,
};
