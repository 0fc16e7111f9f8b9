import { cSources } from "../c-sources.mjs";
import { builtByMake } from "../makefile.mjs";

const variants = ["O2", "O3"];

/** libtool builds every object twice, as x.o and .libs/x.o, which are identical here. */
export default {
  ...builtByMake(variants),
  name: "make, libtool",
  tools: ["make", "libtool", "gcc", "ar"],
  wrapped: ["gcc", "ar"],
  files: {
    ...cSources(variants, "O3"),
    Makefile: `B := build/$V
all: $B/libdemo.la
$B/libdemo.la: $B/same.lo $B/tuned.lo
	libtool --quiet --tag=CC --mode=link gcc -rpath /usr/lib $^ -o $@
$B/%.lo: src/%.c
	@mkdir -p $B
	libtool --quiet --tag=CC --mode=compile gcc -$V -MMD -MF $B/$*.d -MT $@ -Ivariants/$V -c $< -o $@
-include $B/same.d $B/tuned.d
`,
  },
  own: "O3",
  stop: 8,
};
