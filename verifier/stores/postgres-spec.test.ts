import { expect, test } from "vitest";
import { openStore } from "./open.ts";
import { isPostgres, postgresSpec } from "./postgres-spec.ts";

test("takes our options out of the URL and leaves pg's in it", () => {
  const spec = postgresSpec("postgres://ada:pw@db:5433/o?key-file=/k&schema=s1&sslmode=require");
  expect(spec).toMatchObject({ keyFile: "/k", schema: "s1", waitMs: 10_000, pool: { max: 4 } });
  expect(spec.pool.connectionString).toBe("postgres://ada:pw@db:5433/o?sslmode=require");
  expect(spec.shown).toBe("postgres://db:5433/o schema s1");
});

test.each([
  ["postgres://ada:pw@db/o", /key-file/],
  ["postgres://ada:pw@db/o?key-file=k&schema=x;drop", /schema must be/],
  ["postgres://ada:pw@db/o?key-file=k&connections=0", /connections must be .* 1 to 100/],
  ["postgres://ada:pw@db/o?key-file=k&wait-ms=x", /wait-ms must be/],
  ["postgres://ada:pw@db:x/o?key-file=k", /no URL/],
])("refuses %s without telling the password", async (spec, message) => {
  await expect(openStore(spec)).rejects.toThrow(message);
  await expect(openStore(spec)).rejects.not.toThrow(/pw/);
});

test("tells databases from files", () => {
  expect(["postgres://h/d", "postgresql://h/d"].map(isPostgres)).toEqual([true, true]);
  expect(["postgres", "./postgres://x", "memory"].map(isPostgres)).toEqual([false, false, false]);
});
