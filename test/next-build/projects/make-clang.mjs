import { cSources } from "../c-sources.mjs";
import { madeByMake, makefile } from "../makefile.mjs";

const variants = ["O2", "O3"];

export default {
  ...madeByMake,
  name: "make, clang -MMD",
  tools: ["make", "clang", "ar"],
  wrapped: ["clang", "ar"],
  files: { ...cSources(variants, "O3"), Makefile: makefile({ compiler: "clang" }) },
  variants,
  own: "O3",
  first: "O2",
  idle: "for v in O2 O3; do make -q V=$v; echo $v: $?; done",
  stop: 8,
};
