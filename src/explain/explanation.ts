export type { DifferenceClass, Explanation, PartDifference } from "../core/explanation.ts";
