/** A Makefile for the C sources, for `builtByMake`. */
export function makefile({
  compiler = "gcc",
  depfiles = true,
  archive = "rm -f $@; ar rcs $@ $^",
}) {
  const headers = depfiles
    ? "-include $(OBJECTS:.o=.d) $B/tool.d"
    : "$B/same.o $B/loop.o: src/common.h\n$B/tuned.o: variants/$V/tune.h";
  return `B := build/$V
OBJECTS := $B/same.o $B/tuned.o $B/loop.o

all: $B/tool
$B/tool: $B/tool.o $B/libdemo.a
	${compiler} $^ -o $@
$B/libdemo.a: $(OBJECTS)
	${archive}
$B/%.o: src/%.c | $B
	${compiler} -$V ${depfiles ? "-MMD -MP " : ""}-Ivariants/$V -c $< -o $@
$B:
	mkdir -p $B
${headers}
`;
}

/** A project in which `make V=O2` builds one variant below build/O2. */
export function builtByMake(variants) {
  return {
    variants,
    first: variants[0],
    build: (variant) => [`make -s V=${variant}`],
    outputs: ["build"],
    idle: `for v in ${variants.join(" ")}; do make -q V=$v; echo $v: $?; done`,
  };
}
