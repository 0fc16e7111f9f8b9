import { cSources } from "../c-sources.mjs";
import { builtByMake, makefile } from "../makefile.mjs";

const variants = ["O2", "O3"];

export default {
  ...builtByMake(variants),
  name: "make, gcc, no depfiles",
  tools: ["make", "gcc", "ar"],
  wrapped: ["gcc", "ar"],
  files: { ...cSources(variants, "O3"), Makefile: makefile({ depfiles: false }) },
  own: "O3",
  stop: 8,
};
