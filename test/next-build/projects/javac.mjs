import { builtByMake } from "../makefile.mjs";

/** javac writes into the existing class file. */
export default {
  ...builtByMake(["debug", "release"]),
  name: "make, javac",
  tools: ["make", "javac"],
  wrapped: ["javac"],
  files: {
    "src/Same.java": "class Same { static int same(int x) { return x + @SHARED@; } } // @NOTE@\n",
    "src/Main.java":
      "class Main { public static void main(String[] a) { System.exit(Same.same(Tune.get())); } }\n",
    "variants/debug/Tune.java": "class Tune { static int get() { return @OWN@; } }\n",
    "variants/release/Tune.java": "class Tune { static int get() { return 7; } }\n",
    Makefile: `all: build/$V/Main.class
build/$V/Main.class: src/Same.java src/Main.java variants/$V/Tune.java
	javac -proc:none -J-XX:TieredStopAtLevel=1 -d build/$V $^
`,
  },
  stop: 1,
  inPlace: true,
  dangerous: ["--kind", "java-class"],
};
