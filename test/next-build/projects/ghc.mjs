import { builtByMake } from "../makefile.mjs";

/**
 * `ghc -c` replaces an object. If only the implementation of an imported module has changed, it sets the time of the
 * object instead.
 */
export default {
  ...builtByMake(["debug", "release"]),
  name: "make, ghc -c",
  tools: ["make", "ghc"],
  wrapped: ["ghc"],
  files: {
    "Shared.hs": "module Shared where -- @NOTE@\nshared :: Int -> Int\nshared x = x + @SHARED@\n",
    "debug/User.hs": user(7),
    "release/User.hs": user("@OWN@"),
    Makefile: `B := build/$V
all: $B/User.o
$B/Shared.o: Shared.hs
	@mkdir -p $B
	ghc -v0 -O0 -c $< -o $@ -ohi $B/Shared.hi
$B/User.o: $V/User.hs $B/Shared.o
	ghc -v0 -O0 -i$B -c $< -o $@ -ohi $B/User.hi
`,
  },
  own: "release",
  stop: 1,
  careless: true,
  inPlace: true,
};

function user(value) {
  return `module User where\nimport Shared\nuser :: Int\nuser = shared ${value}\n`;
}
