// The head of the OpenAPI document; its paths come from the routes' schemas.

/** What @fastify/swagger adds the paths to. */
export function openapiInfo(): {
  readonly openapi: string;
  readonly info: { title: string; version: string; description: string };
  readonly components: {
    securitySchemes: { bearer: { type: "http"; scheme: "bearer"; description: string } };
  };
} {
  return {
    openapi: "3.1.0",
    info: {
      title: "oathbed",
      version: "1",
      description:
        "Verification of one-time passwords (HOTP, RFC 4226; TOTP, RFC 6238). Errors are " +
        '{"error": {"code", "message", "hint"}}. Times are UTC texts unless a name ends in its unit.',
    },
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "Scopes: enroll, verify, admin, read; each route names those it needs.",
        },
      },
    },
  };
}
