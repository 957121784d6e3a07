// The YKOATH protocol (YKOATH document): what a host asks the OATH applet of YubiKeys and
// compatible tokens, and what the applet answers.

export * from "./ykoath/access-key.ts";
export * from "./ykoath/canokey.ts";
export * from "./ykoath/code-forms.ts";
export * from "./ykoath/constants.ts";
export * from "./ykoath/credential-id.ts";
export type { Refused, RequestResult } from "./ykoath/fields.ts";
export * from "./ykoath/log.ts";
export * from "./ykoath/nitrokey.ts";
export * from "./ykoath/request-decoder.ts";
export * from "./ykoath/requests.ts";
export * from "./ykoath/response-decoder.ts";
export * from "./ykoath/responses.ts";
