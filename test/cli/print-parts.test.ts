import { expect, test } from "vitest";
import { Output } from "../../src/cli/output.ts";
import { printParts } from "../../src/cli/print-parts.ts";

test("a part that fails is reported, and the others are printed", () => {
  const lines: string[] = [];
  class Lines extends Output {
    override write(text: string): void {
      lines.push(text);
    }
  }
  const err = new Lines(2);
  const failed = printParts(err, {
    problems: () => err.write("problems\n"),
    report: () => {
      throw new RangeError("Invalid string length");
    },
    warnings: () => err.write("warnings\n"),
  });
  expect(failed).toBe(1);
  expect(lines[0]).toBe("problems\n");
  expect(lines[1]).toMatch(
    /^dedupe: report: a bug in dedupe, please report it: RangeError: Invalid string length.* \(DEFECT\)\n$/,
  );
  expect(lines[2]).toBe("warnings\n");
});
