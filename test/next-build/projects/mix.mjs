/** mix writes consolidated protocols into the existing modules. */
const ENVIRONMENTS = ["dev", "test", "prod"];

export default {
  name: "mix, dev, test and prod",
  tools: ["mix", "elixirc"],
  wrapped: [],
  env: { HOME: "/nonexistent", MIX_HOME: "/tmp", ELIXIR_ERL_OPTIONS: "+fnu" },
  files: {
    "mix.exs": `defmodule Demo.MixProject do
  use Mix.Project
  def project, do: [app: :demo, version: "0.1.0", deps: [], elixirc_paths: ["lib", "env/#{Mix.env()}"]]
end
`,
    "lib/shared.ex": `defprotocol Shared do # @NOTE@
  def value(x)
end
defimpl Shared, for: Integer do
  def value(x), do: x + @SHARED@
end
`,
    "env/dev/tuned.ex": implementation("@OWN@"),
    "env/test/tuned.ex": implementation(7),
    "env/prod/tuned.ex": implementation(7),
  },
  variants: ENVIRONMENTS,
  first: "dev",
  build: (variant) => [`MIX_ENV=${variant} mix compile`],
  outputs: ["_build"],
  ignored: /\/\.mix\//,
  steps: (output) => output.split("\n").filter((line) => /^(Compiling|Generated)/.test(line)),
  stop: 1,
  slow: true,
  careless: true,
  inPlace: true,
};

/** The consolidated protocol lists its implementations. */
function implementation(number) {
  return `defmodule T${number} do
  defstruct [:x]
end
defimpl Shared, for: T${number} do
  def value(_), do: 1
end
`;
}
