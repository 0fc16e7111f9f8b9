/**
 * Builds a library and two programs with the debug profile into two directories, and with the release profile.
 * `VARIANT` selects a source file.
 */
const BUILD = {
  x: "VARIANT=x cargo build --target-dir build/x",
  y: "VARIANT=y cargo build --target-dir build/y",
  release: "VARIANT=y cargo build --target-dir build/x --release",
};

export default {
  name: "cargo, debug twice and release",
  tools: ["cargo", "rustc", "gcc", "cc"],
  wrapped: ["rustc"],
  env: {
    CARGO_NET_OFFLINE: "true",
    CARGO_TERM_COLOR: "never",
    RUSTC: "rustc",
    CARGO_BUILD_JOBS: "1",
  },
  files: {
    "Cargo.toml": `[package]
name = "demo"
version = "0.1.0"
edition = "2021"
[dependencies]
same = { path = "same" }
`,
    "same/Cargo.toml": '[package]\nname = "same"\nversion = "0.1.0"\nedition = "2021"\n',
    "same/src/lib.rs": "pub fn same(x: i32) -> i32 { x + 1 } // @NOTE@\n",
    "src/main.rs": `include!(concat!(env!("CARGO_MANIFEST_DIR"), "/variants/", env!("VARIANT"), ".rs"));
fn main() { std::process::exit(same::same(TUNE)) }
`,
    "src/bin/tool.rs": "fn main() { std::process::exit(same::same(@SHARED@)) }\n",
    "variants/x.rs": "const TUNE: i32 = @OWN@;\n",
    "variants/y.rs": "const TUNE: i32 = 7;\n",
  },
  variants: ["x", "y", "release"],
  first: "x",
  build: (variant) => [BUILD[variant]],
  outputs: ["build"],
  // Only programs are reproducible: rustc uses random names for the members of an .rlib.
  ignored: /\/(incremental|\.fingerprint)\/|\.(rlib|rmeta|o|d)$|\.rustc_info\.json$/,
  steps: (_, steps) => steps.filter((step) => / --crate-name (?!___)/.test(step)),
  idle: Object.values(BUILD)
    .map((command) => `${command} --message-format short 2>&1 | grep -c Compiling`)
    .join("; "),
  stop: 1,
  careless: true,
};
