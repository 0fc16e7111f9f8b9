import { builtByMake } from "../makefile.mjs";

/** `ghc --make` recompiles modules whose objects are older than their sources or interfaces. */
export default {
  ...builtByMake(["debug", "release"]),
  name: "ghc --make",
  tools: ["make", "ghc"],
  wrapped: [],
  files: {
    "src/Main.hs":
      "module Main where\nimport Shared\nimport Tuned\nmain :: IO ()\nmain = print (shared + tuned)\n",
    "src/Shared.hs": "module Shared where -- @NOTE@\nshared :: Int\nshared = @SHARED@\n",
    "debug/Tuned.hs": "module Tuned where\ntuned :: Int\ntuned = @OWN@\n",
    "release/Tuned.hs": "module Tuned where\ntuned :: Int\ntuned = 7\n",
    Makefile: `all:
	@mkdir -p build/$V
	ghc --make -v1 -isrc -i$V -outputdir build/$V -o build/$V/app src/Main.hs
.PHONY: all
`,
  },
  build: (variant) => [`make -s V=${variant}`],
  idle: undefined,
  steps: (output) => output.split("\n").filter((line) => /^\[|^Linking/.test(line)),
  ignored: /\/app$/, // GHC links objects in the order in which it has compiled them
  stop: 1,
  slow: true,
  careless: true,
};
