/** Two projects with identical sources at first; tsc writes into existing files. */
const options = {
  composite: true,
  declaration: true,
  sourceMap: true,
  removeComments: true,
  rootDir: "..",
  module: "esnext",
  target: "es2022",
  types: [],
};

export default {
  name: "tsc --build, two projects",
  tools: ["tsc"],
  wrapped: ["tsc"],
  files: {
    "src/shared.ts": "export const shared = @SHARED@; // @NOTE@\n",
    "a/index.ts": "export const tune = @OWN@;\n",
    "b/index.ts": "export const tune = 7;\n",
    "a/tsconfig.json": config("a"),
    "b/tsconfig.json": config("b"),
  },
  variants: ["a", "b"],
  first: "a",
  build: (variant) => [`tsc --build --verbose ${variant}`],
  outputs: ["build"],
  steps: (output) => output.split("\n").filter((line) => line.includes("Building project")),
  ignored: /\.tsbuildinfo$/, // what tsc has emitted; --force records it in another way
  rebuild: { "tsc --build --force": (variant) => [`tsc --build --force --verbose ${variant}`] },
  stop: 1,
  inPlace: true,
  dangerous: ["--all"],
};

function config(name) {
  return JSON.stringify({
    compilerOptions: { ...options, outDir: `../build/${name}` },
    include: ["index.ts", "../src/shared.ts"],
  });
}
