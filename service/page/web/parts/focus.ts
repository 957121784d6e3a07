// Where the keyboard is: on the heading of a new view, on the field that is meant after a refusal.

import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { language, say } from "../i18n/language.ts";

/** A form that focusField() finds fields in. */
export function useFormRef(): RefObject<HTMLFormElement | null> {
  return useRef<HTMLFormElement>(null);
}

/** Focuses the field of a form with this name. */
export function focusField(form: RefObject<HTMLFormElement | null>, name: string): void {
  const field = form.current?.elements.namedItem(name);
  if (field instanceof HTMLElement) field.focus();
}

/**
 * For the heading of a view: names the document after it and, but for the first view of a visit,
 * moves the focus there, so that screen readers read on from it.
 */
export function useHeading(title: string): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isFirstView) isFirstView = false;
    else heading.current?.focus();
  }, []);
  useEffect(() => {
    document.title = `${title} – ${say("brand")}`;
  }, [title, language.value]);
  return heading;
}

let isFirstView = true;
