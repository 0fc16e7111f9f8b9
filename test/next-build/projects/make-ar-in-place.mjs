import { builtByMake } from "../makefile.mjs";

/** Both variants have the same code until one changes; `ar` writes into the existing archive. */
export default {
  ...builtByMake(["debug", "release"]),
  name: "make, `ar rcs` without rm",
  tools: ["make", "gcc", "ar"],
  wrapped: ["gcc", "ar"],
  files: {
    "unit.c": "int unit(void) { return @SHARED@; } /* @NOTE@ */\n",
    "code.c": "#include CONFIG\nint code(void) { return CODE; }\n",
    "main.c": "int unit(void);\nint code(void);\nint main(void) { return unit() + code(); }\n",
    "debug.h": "#define CODE @OWN@\n",
    "release.h": "#define CODE 7\n",
    Makefile: `B := build/$V
all: $B/app
$B/app: $B/main.o $B/libdemo.a
	gcc $^ -o $@
$B/libdemo.a: $B/unit.o $B/code.o
	ar rcs $@ $^
$B/%.o: %.c
	@mkdir -p $B
	gcc -MMD -DCONFIG='"$V.h"' -c $< -o $@
-include $B/unit.d $B/code.d $B/main.d
`,
  },
  stop: 5,
  careless: true,
  inPlace: true,
};
