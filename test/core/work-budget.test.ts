import { describe, expect, test } from "vitest";
import { BudgetExceeded, WorkBudget, WorkReserve } from "../../src/core/work-budget.ts";

/** Spends steps until the budget is used up; how many they were. */
function useUp(budget: WorkBudget): number {
  for (let spent = 0; ; spent += 1000) {
    try {
      budget.spend(1000);
    } catch (error) {
      expect(error).toBeInstanceOf(BudgetExceeded);
      return spent;
    }
  }
}

describe("WorkBudget", () => {
  test("grows with the size of the file", () => {
    const [small, large] = [1000, 1_000_000].map((size) => useUp(new WorkBudget(size)));
    expect(large - small).toBe(999_000 * 64);
  });

  test("what is used up stays so", () => {
    const budget = new WorkBudget(0);
    useUp(budget);
    expect(() => budget.spend(1)).toThrow(BudgetExceeded);
  });

  test("many files that take too much leave nothing for others but what their size explains", () => {
    const reserve = new WorkReserve();
    const first = useUp(new WorkBudget(0, reserve));
    for (let i = 0; i < 20; i += 1) useUp(new WorkBudget(0, reserve));
    expect(first).toBeGreaterThan(0);
    expect(useUp(new WorkBudget(0, reserve))).toBe(0);
    expect(useUp(new WorkBudget(1_000_000, reserve))).toBe(64_000_000);
  });
});
