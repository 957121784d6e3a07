import { expect, test } from "vitest";
import { formatEndpoint, parseEndpoint } from "./endpoint.ts";

test.each([
  ["./token.sock", { kind: "unix", path: "./token.sock" }],
  ["/run/user/1000/a:b", { kind: "unix", path: "/run/user/1000/a:b" }],
  ["127.0.0.1:7000", { kind: "tcp", host: "127.0.0.1", port: 7000 }],
  ["[::1]:0", { kind: "tcp", host: "::1", port: 0 }],
  ["localhost:65535", { kind: "tcp", host: "localhost", port: 65_535 }],
])("reads and writes %s", (text, endpoint) => {
  expect(parseEndpoint(text)).toEqual(endpoint);
  expect(formatEndpoint(parseEndpoint(text))).toBe(text);
});

test.each([
  "",
  "x".repeat(104),
  "é".repeat(52),
  "a\0b",
  "127.0.0.1:65536",
  "10.0.0.1:7000",
  "host:1",
])("refuses %j, naming --control", (text) => {
  expect(() => parseEndpoint(text)).toThrow(/^--control: /);
});
