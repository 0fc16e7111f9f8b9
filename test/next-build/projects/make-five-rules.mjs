import { fiveRules } from "../five-rules.mjs";

export default {
  ...fiveRules({ depfiles: true }),
  name: "make, generated header (depfiles)",
  careless: true,
};
