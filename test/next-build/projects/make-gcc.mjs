import { cSources } from "../c-sources.mjs";
import { madeByMake, makefile } from "../makefile.mjs";

const variants = ["O0", "O1", "O2", "O3"];

export default {
  ...madeByMake,
  name: "make, gcc -MMD",
  tools: ["make", "gcc", "ar"],
  wrapped: ["gcc", "ar"],
  files: { ...cSources(variants, "O2"), Makefile: makefile({}) },
  variants,
  own: "O2",
  first: "O3",
  idle: "for v in O0 O1 O2 O3; do make -q V=$v; echo $v: $?; done",
  stop: 15,
};
