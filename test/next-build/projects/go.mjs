const FLAGS = { v1: "GOAMD64=v1 go build -tags v1", v3: "GOAMD64=v3 go build -tags v3" };

/** Builds each variant into build/ and dist/. The standard library is built once, during setup. */
export default {
  name: "go, GOAMD64=v1 and v3",
  tools: ["go"],
  wrapped: [],
  env: { GOFLAGS: "-buildvcs=false", GOPROXY: "off", GO111MODULE: "on", GOTOOLCHAIN: "local" },
  files: {
    "go.mod": "module demo\n\ngo 1.19\n",
    "same/same.go": "package same\n\nfunc Same(x int) int { return x + @SHARED@ } // @NOTE@\n",
    "tune_v1.go": "//go:build v1\n\npackage main\n\nconst tune = @OWN@\n",
    "tune_v3.go": "//go:build v3\n\npackage main\n\nconst tune = 7\n",
    "main.go": 'package main\n\nimport "demo/same"\n\nfunc main() { println(same.Same(tune)) }\n',
    "none/main.go": "package main\n\nfunc main() {}\n",
  },
  setup: [
    `test -d "$CACHE/go" || for v in v1 v3; do GOCACHE="$CACHE/go" GOAMD64=$v go build -o build/none ./none; done`,
    `cp -r "$CACHE/go" ../gocache; rm -rf build`,
  ],
  variants: ["v1", "v3"],
  first: "v1",
  build: (variant) =>
    ["build", "dist"].map(
      (dir) => `GOCACHE="$PWD/../gocache" ${FLAGS[variant]} -x -o ${dir}/${variant}/app .`,
    ),
  outputs: ["build", "dist"],
  steps: (output) => output.split("\n").filter((line) => /\/(compile|link) -o /.test(line)),
};
