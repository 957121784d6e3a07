// The form of oathbed.tokens.json. This is the one place: the types of inventory.ts are derived
// from it, and devices/inventory-schema.json, for editors, is the same as JSON (a test compares).

import type { FromSchema } from "./schema-type.ts";

/** JSON Schema (2020-12) of the inventory file. One literal: its type needs no inference. */
export const INVENTORY_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:oathbed:tokens:1",
  title: "oathbed's inventory of tokens",
  type: "object",
  additionalProperties: false,
  required: ["version", "tokens"],
  properties: {
    $schema: { type: "string", maxLength: 4096 },
    version: { const: 1 },
    tokens: {
      type: "array",
      maxItems: 10_000,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["name", "driver", "address"],
        properties: {
          name: {
            description: "What --device takes",
            type: "string",
            pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
          },
          driver: {
            description: "virtual, serial, …: see oathbed devices list",
            type: "string",
            pattern: "^[a-z][a-z-]{0,31}$",
          },
          address: {
            description: "What the driver opens: /dev/ttyACM0",
            type: "string",
            minLength: 1,
            maxLength: 4096,
          },
          serial: {
            description: "Serial number of the token",
            type: "string",
            minLength: 1,
            maxLength: 200,
          },
          lot: {
            description: "Lot or shipment it came with",
            type: "string",
            minLength: 1,
            maxLength: 200,
          },
          firmware: {
            description: "Version of its firmware",
            type: "string",
            minLength: 1,
            maxLength: 200,
          },
          credential: {
            description: "Name of the credential on the token, when it holds several",
            type: "string",
            minLength: 1,
            maxLength: 200,
          },
          passwordFile: {
            description: "Holds the password of the token; from this file's folder",
            type: "string",
            minLength: 1,
            maxLength: 4096,
          },
          note: { description: "For people", type: "string", maxLength: 2000 },
          secret: {
            description: "Where the secret is; never the secret itself",
            oneOf: [
              {
                type: "object",
                additionalProperties: false,
                required: ["file"],
                properties: {
                  file: {
                    description: "Holds an otpauth URI or a bare secret; from this file's folder",
                    type: "string",
                    minLength: 1,
                    maxLength: 4096,
                  },
                  encoding: {
                    description: "Of a bare secret; default base32",
                    enum: ["base32", "hex"],
                  },
                },
              },
              {
                type: "object",
                additionalProperties: false,
                required: ["state"],
                properties: {
                  state: {
                    description: "Label of the token in the state store (--state)",
                    type: "string",
                    minLength: 1,
                    maxLength: 200,
                  },
                },
              },
            ],
          },
          clock: {
            type: "object",
            additionalProperties: false,
            required: ["class"],
            properties: {
              class: {
                description: "none: time comes from the host, or the token knows counters only",
                enum: ["xtal", "tcxo", "mcu-crystal", "rc-oscillator", "none", "unknown"],
              },
              ppm: {
                description: "Largest rate error of the data sheet, parts per million",
                type: "number",
                minimum: 0,
                maximum: 100_000,
              },
            },
          },
          timeRange: {
            description: "Unix times the token's clock can hold, both included",
            type: "object",
            additionalProperties: false,
            required: ["fromSeconds", "toSeconds"],
            properties: {
              fromSeconds: { type: "integer", minimum: 0, maximum: 253_402_300_799 },
              toSeconds: { type: "integer", minimum: 0, maximum: 253_402_300_799 },
            },
          },
        },
      },
    },
  },
} as const;

/** The file as it is written. */
export type InventoryFile = FromSchema<typeof INVENTORY_SCHEMA>;
