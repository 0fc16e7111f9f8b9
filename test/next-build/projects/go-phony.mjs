import { checkouts } from "./go-make.mjs";

/** make does not look at the times of phony targets. */
export default {
  ...checkouts(".PHONY: app\n", () => "app"),
  name: "make, go build, phony targets, two checkouts",
  outputs: ["a", "b"],
};
