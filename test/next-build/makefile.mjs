/** A Makefile for the C sources: `make V=O2` builds one variant below build/O2. */
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

/** Shared by the projects with such a Makefile. */
export const madeByMake = {
  build: (variant) => [`make -s V=${variant}`],
  outputs: ["build"],
};
