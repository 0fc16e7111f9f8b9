import { cSources } from "../c-sources.mjs";
import { builtByMake, makefile } from "../makefile.mjs";

const variants = ["O2", "O3"];

export default {
  ...builtByMake(variants),
  name: "make, clang -MMD",
  tools: ["make", "clang", "ar"],
  wrapped: ["clang", "ar"],
  files: { ...cSources(variants, "O3"), Makefile: makefile({ compiler: "clang" }) },
  own: "O3",
  stop: 8,
};
