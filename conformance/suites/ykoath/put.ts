// PUT: lengths of names and keys, the order of objects, the property byte, digits, replacing.

import { totpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase } from "../../case.ts";
import { patternSecret } from "../shared/secret-lengths.ts";
import { eightBytes, NAME, oathCase, putData } from "./card.ts";
import { INS, join, object, SW, TAG, text } from "./frames.ts";

const SECTION = "instructions (PUT)";
const EIGHT = totpParameters({ digits: 8 });
/** More than any token with these rules holds. */
const MANY = 300;

/** Cases of this section. */
export const PUT_CASES: readonly ConformanceCase[] = [
  oathCase({
    id: "put/name-lengths",
    title: "names of 1 to 64 bytes are taken, of any bytes; none and 65 bytes are refused",
    requirement: "71: UTF-8 credential id, 1 to 64 bytes; wrong syntax is 6A80.",
    section: "tags",
    async run(card) {
      for (const bytes of [1, 2, 63, 64]) {
        const name = new Uint8Array(bytes).fill(0x61 + (bytes % 26));
        card.sw(`PUT with a name of ${bytes} bytes`, await card.put({ name }), SW.ok);
        const answer = await card.calculate(name, eightBytes(1n));
        card.code(`the code of a name of ${bytes} bytes`, answer, rfc4226Secret(), EIGHT, 1n);
      }
      for (const bytes of [0, 65]) {
        const name = new Uint8Array(bytes).fill(0x61);
        card.sw(`PUT with a name of ${bytes} bytes`, await card.put({ name }), SW.wrongSyntax);
      }
      await card.written({ name: "😀" });
      const emoji = await card.calculate("😀", eightBytes(1n));
      card.code("a name that is an emoji", emoji, rfc4226Secret(), EIGHT, 1n);
    },
  }),
  oathCase({
    id: "put/names-are-bytes",
    title: "names differ by case, and one may be the beginning of another",
    requirement: "An id is compared as raw bytes.",
    section: "pitfalls",
    async run(card) {
      const names = ["acme:bob", "ACME:bob", "acme", "acme:bob2"];
      for (const [at, name] of names.entries()) {
        await card.written({ name, secret: patternSecret(20 + at) });
      }
      for (const [at, name] of names.entries()) {
        const answer = await card.calculate(name, eightBytes(1n));
        card.code(name, answer, patternSecret(20 + at), EIGHT, 1n);
      }
    },
  }),
  oathCase({
    id: "put/key-lengths",
    title: "keys of 14 to 64 bytes give the right codes; 65 bytes are refused, or right as well",
    requirement: "Hosts hash a secret longer than 64 bytes; NEO: secret > 64 is 6A80.",
    section: SECTION,
    async run(card) {
      for (const bytes of [14, 16, 20, 32, 63, 64, 65]) {
        const secret = patternSecret(bytes);
        const name = `${bytes} bytes`;
        const put = await card.put({ name, secret });
        if (bytes > 64 && put.sw !== SW.ok) {
          card.sw(`PUT of a key of ${bytes} bytes`, put, SW.wrongSyntax, SW.wrongLength);
          continue;
        }
        card.sw(`PUT of a key of ${bytes} bytes`, put, SW.ok);
        card.code(name, await card.calculate(name, eightBytes(1n)), secret, EIGHT, 1n);
      }
    },
  }),
  oathCase({
    id: "put/digits",
    title: "6, 7 and 8 digits are kept and told with each code",
    requirement: "Digits 6, 7 and 8; 76 is digits and 4 bytes.",
    section: SECTION,
    async run(card) {
      for (const digits of [6, 7, 8]) {
        await card.written({ name: `${digits}`, digits });
        const answer = await card.calculate(`${digits}`, eightBytes(37_037_036n));
        const parameters = totpParameters({ digits });
        card.code(`${digits} digits`, answer, rfc4226Secret(), parameters, 37_037_036n);
      }
    },
  }),
  oathCase({
    id: "put/hashes",
    title: "the hashes SHA-1 and SHA-256 give the right codes; SHA-512 does from version 4.3.1 on",
    requirement: "SHA-512: 4.3.1 and later, and not 4.4.x; others answer 6A80.",
    section: "firmware gates",
    async run(card, t) {
      const { hasSha512 } = card.model;
      for (const [nibble, algorithm] of [
        [1, "SHA1"],
        [2, "SHA256"],
        [3, "SHA512"],
      ] as const) {
        const secret = patternSecret(20 + nibble);
        const put = await card.put({ name: algorithm, secret, type: 0x20 | nibble });
        if (nibble === 3 && hasSha512 === undefined) {
          t.note("SHA-512 is not documented for this token");
          continue;
        }
        if (nibble === 3 && !hasSha512) {
          card.sw("PUT with SHA-512 before it is there", put, SW.wrongSyntax);
          continue;
        }
        card.sw(`PUT with ${algorithm}`, put, SW.ok);
        const parameters = totpParameters({ digits: 8, algorithm });
        card.code(
          algorithm,
          await card.calculate(algorithm, eightBytes(1n)),
          secret,
          parameters,
          1n,
        );
      }
    },
  }),
  oathCase({
    id: "put/syntax",
    title:
      "objects that are missing, out of order or unknown are answered 6A80; nothing is written",
    requirement: "PUT: 71, 73, [78 pp], [7A] in this order; wrong syntax is 6A80.",
    section: SECTION,
    async run(card, t) {
      const name = object(TAG.name, text(NAME));
      const key = object(TAG.key, join([0x21, 8], rfc4226Secret()));
      const factor = object(TAG.movingFactor, [0, 0, 0, 5]);
      const hotp = join(name, object(TAG.key, join([0x11, 8], rfc4226Secret())));
      const wrong: readonly (readonly [string, Uint8Array])[] = [
        ["no data", new Uint8Array(0)],
        ["no key", name],
        ["no name", key],
        ["the key first", join(key, name)],
        ["a key without a secret", join(name, object(TAG.key, [0x21, 8]))],
        ["a length beyond the end", join(name, key.slice(0, -3))],
        ["an object that PUT does not know", join(name, key, object(0x55, [1]))],
        ["an unknown algorithm", putData({ type: 0x24 })],
        ["an unknown type", putData({ type: 0x51 })],
        ["an IMF of three bytes", join(hotp, object(TAG.movingFactor, [0, 0, 5]))],
        ["an IMF before the property", join(hotp, factor, [TAG.property, 1])],
      ];
      for (const [what, data] of wrong) {
        card.sw(what, await card.send(INS.put, 0, 0, data), SW.wrongSyntax);
      }
      t.equal("bytes that LIST answers", (await card.list()).data.length, 0);
    },
  }),
  oathCase({
    id: "put/property-has-no-length",
    title: "the property is a tag and one byte; with a length byte the command is refused",
    requirement: "78 is not a TLV: tag and one value byte, no length.",
    section: "tags",
    async run(card) {
      const { hasTouch } = card.model;
      // The property that the token has: touch, or only-increasing.
      const bit = hasTouch ? 0x02 : 0x01;
      card.sw("78 pp", await card.put({ name: "two", after: [TAG.property, bit] }), SW.ok);
      const three = await card.put({ name: "three", after: [TAG.property, 1, bit] });
      card.sw("78 01 pp", three, SW.wrongSyntax);
      card.sw("78 alone", await card.put({ name: "one", after: [TAG.property] }), SW.wrongSyntax);
    },
  }),
  oathCase({
    id: "put/touch-gate",
    title: "the touch property is taken from version 4.2.6 on, and refused before",
    requirement: "Touch property: 4.2.6 and later.",
    section: "firmware gates",
    async run(card) {
      const put = await card.put({ after: [TAG.property, 0x02] });
      card.sw("PUT with 78 02", put, card.model.hasTouch ? SW.ok : SW.wrongSyntax);
    },
  }),
  oathCase({
    id: "put/same-name",
    title: "a name that is there is replaced by PUT, or refused and left as it was, as documented",
    requirement: "PUT overwrites; CanoKey 6985, Nitrokey 3 6983.",
    section: "vendor differences",
    async run(card, t) {
      await card.written();
      const newer = patternSecret(21);
      const again = await card.put({ secret: newer });
      const { replaces } = card.model;
      if (replaces) card.sw("PUT of the same name", again, SW.ok);
      else card.sw("PUT of the same name", again, SW.conditionsNotSatisfied, 0x6983);
      const answer = await card.calculate(NAME, eightBytes(1n));
      card.code("its code", answer, replaces ? newer : rfc4226Secret(), EIGHT, 1n);
      const entry = object(TAG.nameList, join([0x21], text(NAME)));
      t.equal("bytes that LIST answers", (await card.list()).data.length, entry.length);
    },
  }),
  oathCase({
    id: "put/no-space",
    title: "a full token answers 6A84, keeps what it holds, and takes one more after a DELETE",
    requirement: "6A84: no space. 32 credentials before 5.7.0, 64 from it on; CanoKey 100.",
    section: "firmware gates",
    async run(card, t) {
      let held = 0;
      let last = await card.put({ name: "0" });
      while (last.sw === SW.ok && held < MANY) {
        held++;
        last = await card.put({ name: `${held}`, secret: patternSecret(20) });
      }
      card.sw(`PUT of one more than ${held}`, last, SW.noSpace);
      const { credentials } = card.model;
      if (credentials === undefined) t.note(`it holds ${held} credentials of short names`);
      else t.equal("credentials that fit", held, credentials);
      const first = await card.calculate("0", eightBytes(1n));
      card.code("the first", first, rfc4226Secret(), EIGHT, 1n);
      if (card.model.replaces) card.sw("replacing one", await card.put({ name: "0" }), SW.ok);
      card.sw("DELETE", await card.remove("1"), SW.ok);
      card.sw("PUT into the room", await card.put({ name: "again" }), SW.ok);
    },
  }),
];
