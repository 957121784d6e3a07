import { expect, test } from "vitest";
import { type SchemaFault, schemaFaultText } from "./schema-problem.ts";

const fault = (keyword: string, params: SchemaFault["params"], instancePath = "/tokens/0") =>
  schemaFaultText({ instancePath, keyword, params, message: "does not fit" });

test("a fault is told by its place and by what would be right there", () => {
  expect([
    fault("additionalProperties", { additionalProperty: "colour" }),
    fault("required", { missingProperty: "name" }, ""),
    fault("enum", { allowedValues: ["SHA1", "SHA256"] }),
    fault("const", { allowedValue: 1 }),
    fault("minLength", { limit: 1 }),
  ]).toEqual([
    'at /tokens/0: unknown property "colour"; remove it',
    'at the top: add "name"',
    "at /tokens/0: must be one of SHA1, SHA256",
    "at /tokens/0: must be 1",
    "at /tokens/0: does not fit",
  ]);
});
