// USB CCID (CCID document): how a smart-card token and its host exchange blocks over two bulk
// endpoints and one interrupt endpoint.

export * from "./ccid/answers.ts";
export * from "./ccid/assembler.ts";
export * from "./ccid/class-descriptor.ts";
export * from "./ccid/commands.ts";
export * from "./ccid/constants.ts";
export * from "./ccid/log.ts";
export * from "./ccid/messages.ts";
