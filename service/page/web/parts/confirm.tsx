// A question before something that cannot be taken back.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { say } from "../i18n/language.ts";
import { useAct } from "./act.ts";
import { Button } from "./button.tsx";
import { RefusalMessage } from "./message.tsx";

/** @see Confirm */
export interface ConfirmProps {
  readonly title: string;
  /** What the button that does it says. */
  readonly doIt: string;
  /** @throws {Refused} */
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A modal dialog; it is open as long as it is rendered. The browser keeps the focus inside. */
export function Confirm(props: ConfirmProps): JSX.Element {
  const { title, doIt, onConfirm, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const act = useAct();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      <div class="stack">
        <h2 id={id}>{title}</h2>
        {children}
        <RefusalMessage refused={act.refused} />
        <div class="buttons">
          <Button kind="danger" isBusy={act.isBusy} onClick={() => void act.run(onConfirm)}>
            {doIt}
          </Button>
          <Button onClick={() => dialog.current?.close()}>{say("cancel")}</Button>
        </div>
      </div>
    </dialog>
  );
}
