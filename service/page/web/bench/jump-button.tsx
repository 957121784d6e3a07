// On narrow windows the bench is below the view: the way there, and back.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { say } from "../i18n/language.ts";

/** The bench counts as seen when it reaches above the lower part of the window. */
const LOWER_PART = "0px 0px -50% 0px";

/** Goes to the bench or, when that is seen, back to the view. */
export function JumpButton(): JSX.Element {
  const [isBenchSeen, setSeen] = useState(false);
  useEffect(() => {
    const bench = document.querySelector("#bench");
    const observer = new IntersectionObserver(
      (entries) => setSeen(entries.at(-1)?.isIntersecting === true),
      { rootMargin: LOWER_PART },
    );
    if (bench !== null) observer.observe(bench);
    return () => observer.disconnect();
  }, []);
  const jump = (): void => {
    const goal = document.querySelector<HTMLElement>(isBenchSeen ? "h1" : "#bench");
    goal?.scrollIntoView();
    goal?.focus();
  };
  return (
    <button type="button" class="button jump" onClick={jump}>
      {say(isBenchSeen ? "bench.back" : "bench.jump")}
    </button>
  );
}
