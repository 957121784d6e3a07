// Messages above a form: what happened, and what to do.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Refused } from "../api.ts";
import { say } from "../i18n/language.ts";
import { spanText } from "./date-text.ts";

/** What a message is about. */
export type MessageKind = "danger" | "ok" | "warn" | "info";

/** @see Message */
export interface MessageProps {
  readonly kind: MessageKind;
  readonly title?: string;
  /** Read out when it appears; default for `danger`. */
  readonly isLive?: boolean;
  readonly children?: ComponentChildren;
}

const SIGNS: Readonly<Record<MessageKind, string>> = {
  danger: "M12 3 1.8 20.5h20.4zM12 10v4.5M12 17.3v.4",
  warn: "M12 3 1.8 20.5h20.4zM12 10v4.5M12 17.3v.4",
  ok: "M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19zM7.5 12.3l3 3 6-6.3",
  info: "M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19zM12 11v6M12 7.2v.4",
};

/** A message with its sign. */
export function Message({ kind, title, isLive, children }: MessageProps): JSX.Element {
  const isRead = isLive ?? kind === "danger";
  return (
    <div class={`message ${kind}`} role={isRead ? "alert" : undefined}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={SIGNS[kind]} fill="none" stroke="currentColor" stroke-width="1.8" />
      </svg>
      <div>
        {title && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  );
}

/** @see RefusalMessage */
export interface RefusalMessageProps {
  readonly refused: Refused | null;
  /** More to do about it. */
  readonly children?: ComponentChildren;
}

/** What the service refused, in words; nothing when it refused nothing. */
export function RefusalMessage({ refused, children }: RefusalMessageProps): JSX.Element | null {
  const place = useRef<HTMLDivElement>(null);
  // The focus goes to a field below it; the words should not be left above the window.
  useEffect(() => place.current?.scrollIntoView({ block: "nearest" }), [refused]);
  if (refused === null) return null;
  const seconds = refused.retryAfterSeconds;
  return (
    <div ref={place}>
      <Message kind="danger" title={say(`refused.${refused.id}`)}>
        <p>{say(`remedy.${refused.id}`)}</p>
        {seconds !== null && <p>{say("refusal.retryAfter", { span: spanText(seconds) })}</p>}
        {children}
      </Message>
    </div>
  );
}
