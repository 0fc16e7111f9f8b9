import { cSources } from "../c-sources.mjs";
import { builtByMake, makefile } from "../makefile.mjs";

const variants = ["O0", "O1", "O2", "O3"];

export default {
  ...builtByMake(variants),
  name: "make, gcc -MMD",
  tools: ["make", "gcc", "ar"],
  wrapped: ["gcc", "ar"],
  files: { ...cSources(variants, "O2"), Makefile: makefile({}) },
  own: "O2",
  first: "O3",
  stop: 15,
};
