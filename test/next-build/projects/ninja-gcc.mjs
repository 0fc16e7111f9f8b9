import { cSources, UNITS } from "../c-sources.mjs";

const variants = ["O2", "O3"];

export default {
  name: "ninja, gcc, deps = gcc",
  tools: ["ninja", "gcc", "ar"],
  wrapped: ["gcc", "ar"],
  files: {
    ...cSources(variants, "O3"),
    "build.ninja": `builddir = build
rule cc
  command = gcc -$level -MMD -MF $out.d -Ivariants/$level -c $in -o $out
  deps = gcc
  depfile = $out.d
rule ar
  command = rm -f $out && ar rcs $out $in
rule link
  command = gcc $in -o $out
${variants.map(edges).join("")}`,
  },
  variants,
  own: "O3",
  first: "O2",
  build: (variant) => [`ninja -j1 ${variant}`],
  outputs: ["build"],
  idle: "ninja -n",
  stop: 8,
};

function edges(level) {
  const b = `build/${level}`;
  const compiled = [...UNITS, "tool"].map(
    (unit) => `build ${b}/${unit}.o: cc src/${unit}.c\n  level = ${level}\n`,
  );
  return `${compiled.join("")}build ${b}/libdemo.a: ar ${UNITS.map((unit) => `${b}/${unit}.o`).join(" ")}
build ${b}/tool: link ${b}/tool.o ${b}/libdemo.a
build ${level}: phony ${b}/tool
`;
}
