// The form of the endpoint's config file: accounts, users, keys, roles. Closed: what it does not
// name is refused. The types of config.ts are derived from it.

import type { TypeOf } from "../schema/type-of.ts";

/** JSON Schema (2020-12) of the config file. */
export const IAM_CONFIG_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:oathbed:iam-config:1",
  title: "oathbed's IAM-compatible endpoint",
  type: "object",
  additionalProperties: false,
  required: ["version", "accounts"],
  properties: {
    $schema: { type: "string", maxLength: 4096 },
    version: { const: 1 },
    devicesPerUser: {
      description: "1 as in the workflow described here (default), 8 as today",
      enum: [1, 8],
    },
    strictRegion: { description: "Take the signing region us-east-1 only", type: "boolean" },
    issuer: {
      description: "What the QR code names as issuer",
      type: "string",
      minLength: 1,
      maxLength: 64,
    },
    throttleLimit: {
      description: "Failures in a row before a device is locked; default 10",
      type: "integer",
      minimum: 1,
      maximum: 1000,
    },
    lockSeconds: {
      description: "How long; default 300; 0: until an operator unlocks it",
      type: "integer",
      minimum: 0,
      maximum: 31_536_000,
    },
    accounts: {
      type: "array",
      minItems: 1,
      maxItems: 100,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["id", "users"],
        properties: {
          id: { description: "Twelve digits", type: "string", pattern: "^\\d{12}$" },
          alias: {
            description: "3 to 63 small letters, digits and hyphens, a hyphen at neither end",
            type: "string",
            pattern: "^[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])$",
          },
          rootAccessKeys: {
            type: "array",
            maxItems: 2,
            items: {
              type: "object",
              additionalProperties: false,
              required: ["id"],
              properties: {
                id: {
                  description: "AK and 14 to 126 capital letters and digits",
                  type: "string",
                  pattern: "^AK[A-Z0-9]{14,126}$",
                },
                secret: {
                  description: "Only in a config file that nobody else can read (mode 0600)",
                  type: "string",
                  minLength: 16,
                  maxLength: 256,
                },
                secretFile: {
                  description:
                    "A file of one line, mode 0600; its path begins at the config file's folder",
                  type: "string",
                  minLength: 1,
                  maxLength: 4096,
                },
              },
            },
          },
          root: {
            description: "Root's sign-in on the page",
            type: "object",
            additionalProperties: false,
            required: ["email", "passwordHash"],
            properties: {
              email: {
                description: "An e-mail address",
                type: "string",
                pattern: "^[\\u0021-\\u007e]{1,128}@[\\u0021-\\u007e]{1,125}$",
              },
              passwordHash: {
                description: "What `oathbed serve --hash-password` prints",
                type: "string",
                maxLength: 256,
              },
              phone: {
                description: "3 to 32 digits, spaces and + ( ) -",
                type: "string",
                pattern: "^\\+?[0-9 ()-]{3,32}$",
              },
            },
          },
          users: {
            type: "array",
            maxItems: 5000,
            items: {
              type: "object",
              additionalProperties: false,
              required: ["name", "manages"],
              properties: {
                name: {
                  description: "1 to 64 letters, digits and + = , . @ - _",
                  type: "string",
                  pattern: "^[\\w+=,.@-]{1,64}$",
                },
                path: {
                  description: "/, or at most 512 printable characters that begin and end with it",
                  type: "string",
                  pattern: "^/$|^/[\\u0021-\\u007e]{0,510}/$",
                },
                manages: {
                  description: "Whose devices: its own (self), the account's (admin), nobody's",
                  enum: ["self", "admin", "nobody"],
                },
                passwordHash: {
                  description: "For the page; what `oathbed serve --hash-password` prints",
                  type: "string",
                  maxLength: 256,
                },
                email: {
                  description: "An e-mail address",
                  type: "string",
                  pattern: "^[\\u0021-\\u007e]{1,128}@[\\u0021-\\u007e]{1,125}$",
                },
                phone: {
                  description: "3 to 32 digits, spaces and + ( ) -",
                  type: "string",
                  pattern: "^\\+?[0-9 ()-]{3,32}$",
                },
                accessKeys: {
                  type: "array",
                  maxItems: 2,
                  items: {
                    type: "object",
                    additionalProperties: false,
                    required: ["id"],
                    properties: {
                      id: {
                        description: "AK and 14 to 126 capital letters and digits",
                        type: "string",
                        pattern: "^AK[A-Z0-9]{14,126}$",
                      },
                      secret: {
                        description: "Only in a config file that nobody else can read (mode 0600)",
                        type: "string",
                        minLength: 16,
                        maxLength: 256,
                      },
                      secretFile: {
                        description:
                          "A file of one line, mode 0600; its path begins at the config file's folder",
                        type: "string",
                        minLength: 1,
                        maxLength: 4096,
                      },
                    },
                  },
                },
              },
            },
          },
          roles: {
            type: "array",
            maxItems: 1000,
            items: {
              type: "object",
              additionalProperties: false,
              required: ["name", "manages", "trusts", "requireMfa"],
              properties: {
                name: {
                  description: "1 to 64 letters, digits and + = , . @ - _",
                  type: "string",
                  pattern: "^[\\w+=,.@-]{1,64}$",
                },
                path: {
                  description: "/, or at most 512 printable characters that begin and end with it",
                  type: "string",
                  pattern: "^/$|^/[\\u0021-\\u007e]{0,510}/$",
                },
                manages: {
                  description: "Whose devices: its own (self), the account's (admin), nobody's",
                  enum: ["self", "admin", "nobody"],
                },
                trusts: {
                  description: "ARNs of users that may assume it; of any account in this file",
                  type: "array",
                  minItems: 1,
                  maxItems: 100,
                  items: {
                    description: "An ARN as arn:aws:iam::123456789012:user/alice",
                    type: "string",
                    pattern: "^arn:aws:iam::\\d{12}:user/[\\u0021-\\u007e]{1,576}$",
                  },
                },
                requireMfa: { description: "Whether only with MFA", type: "boolean" },
                externalId: {
                  description: "2 to 1224 letters, digits and + = , . @ : / - _",
                  type: "string",
                  pattern: "^[\\w+=,.@:/-]{2,1224}$",
                },
                maxSessionSeconds: { type: "integer", minimum: 3600, maximum: 43_200 },
              },
            },
          },
        },
      },
    },
  },
} as const;

/** What a config file holds. */
export type IamConfigFile = TypeOf<typeof IAM_CONFIG_SCHEMA>;
