import { builtByMake } from "../makefile.mjs";

/** elixirc writes into the existing modules. */
export default {
  ...builtByMake(["debug", "release"]),
  name: "make, elixirc",
  tools: ["make", "elixirc"],
  wrapped: ["elixirc"],
  env: { ERL_COMPILER_OPTIONS: "deterministic" },
  files: {
    "shared.ex": "defmodule Shared do # @NOTE@\n  def value, do: @SHARED@\nend\n",
    "debug/tuned.ex": "defmodule Tuned do\n  def value, do: @OWN@\nend\n",
    "release/tuned.ex": "defmodule Tuned do\n  def value, do: 7\nend\n",
    Makefile: `B := build/$V
all: $B/Elixir.Shared.beam $B/Elixir.Tuned.beam
$B/Elixir.Shared.beam: shared.ex
	@mkdir -p $B
	elixirc -o $B $<
$B/Elixir.Tuned.beam: $V/tuned.ex
	@mkdir -p $B work/$V
	cp $< work/tuned.ex
	elixirc -o $B work/tuned.ex
`,
  },
  stop: 1,
  careless: true,
  inPlace: true,
};
