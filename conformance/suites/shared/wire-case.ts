// Cases about one way to a token, in its own frames: they speak to a tool of their suite.

import type { Level, TokenCase, TokenNeed } from "../../case.ts";
import type { TokenContext } from "../../token-context.ts";

/** What such a case is written as; `Tool` speaks the frames. */
export interface WireCaseInput<Tool> {
  /** Without the suite: `power/on`. */
  readonly id: string;
  readonly title: string;
  readonly requirement: string;
  /** Section of the suite's document: `6.1.1`. */
  readonly section: string;
  readonly level?: Level;
  /** Whether it only asks, as hosts do, so that it is fit for anybody's token. Default: no. */
  readonly isHarmless?: boolean;
  run(tool: Tool, t: TokenContext): Promise<void>;
}

/** What the cases of a suite share. */
export interface WireSuite<Tool> {
  readonly suite: string;
  /** The document, up to the section: `CCID 1.1 §`. */
  readonly document: string;
  /** The channel that carries the frames. */
  readonly need: TokenNeed;
  open(t: TokenContext): Tool | Promise<Tool>;
}

/** Whatever writes, or sends what no host sends, runs on emulated tokens only. */
export function wireCase<Tool>(of: WireSuite<Tool>, input: WireCaseInput<Tool>): TokenCase {
  const { id, title, requirement, section, level = "MUST", isHarmless = false, run } = input;
  return {
    id: `${of.suite}/${id}`,
    subject: "token",
    title,
    requirement: { text: requirement, source: `${of.document}${section}` },
    level,
    needs: isHarmless ? [of.need] : [of.need, "rig"],
    run: async (t) => run(await of.open(t), t),
  };
}
