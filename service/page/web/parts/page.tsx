// The frame of every view: heading, what was done just before, the view itself.

import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { say } from "../i18n/language.ts";
import { type Notice, notice } from "../state.ts";
import { useHeading } from "./focus.ts";
import { Message } from "./message.tsx";

/** @see Page */
export interface PageProps {
  readonly title: string;
  readonly lead?: string;
  /** Narrow views are forms of a few fields. */
  readonly isNarrow?: boolean;
  readonly children: ComponentChildren;
}

/** A view. Its key should be its name, so that a new view takes the focus. */
export function Page({ title, lead, isNarrow = false, children }: PageProps): JSX.Element {
  const heading = useHeading(title);
  const shown = notice.value;
  return (
    <main id="main" class={isNarrow ? "narrow" : ""}>
      <div class="stack tight">
        <h1 ref={heading} tabIndex={-1} aria-describedby={shown === null ? undefined : "notice"}>
          {title}
        </h1>
        {lead && <p class="lead">{lead}</p>}
      </div>
      <NoticeMessage shown={shown} />
      {children}
    </main>
  );
}

/**
 * What was done in the view before, or in this one. It goes when this view does. Its place is there
 * before its words are, else screen readers would not tell them.
 */
function NoticeMessage({ shown }: { readonly shown: Notice | null }): JSX.Element {
  useEffect(
    () => () => {
      if (notice.peek() === shown) notice.value = null;
    },
    [shown],
  );
  return (
    <div role="status" id="notice" class="notice">
      {shown !== null && (
        <Message kind={shown.kind}>
          <p>{say(shown.key, { name: shown.name ?? "" })}</p>
        </Message>
      )}
    </div>
  );
}
