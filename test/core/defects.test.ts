import { expect, test } from "vitest";
import { DefectLog } from "../../src/core/defects.ts";

function fail(): never {
  throw new TypeError("x is not\na function");
}

test("a part that fails has its fallback as the result, and a problem of one line", async () => {
  const log = new DefectLog(true);
  expect(await log.contain("warnings", () => [1], [])).toEqual([1]);
  expect(await log.contain<number[]>("warnings", fail, [])).toEqual([]);
  // The promise is what fails.
  expect(await log.contain<number>("--protect", () => Promise.resolve().then(fail), 0)).toBe(0);
  expect(log.problems).toMatchObject([
    { path: "warnings", code: "DEFECT" },
    { path: "--protect", code: "DEFECT" },
  ]);
  expect(log.problems[0].message).toMatch(
    /^a bug in dedupe, please report it: TypeError: x is not a function, at fail .*defects\.test\.ts:\d+:\d+\)$/,
  );
});

test("in a run that changes nothing, the error is thrown", async () => {
  await expect(new DefectLog(false).contain("warnings", fail, 0)).rejects.toThrow(TypeError);
});
