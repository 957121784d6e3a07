// A secret that was told just now: QR code, the text behind a button, and "save it now".

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { DeviceSecret } from "../../contract.ts";
import { say } from "../i18n/language.ts";
import { secretSecondsLeft, type ToldSecret } from "../state.ts";
import { Button } from "./button.tsx";
import { spanText } from "./date-text.ts";
import { Message } from "./message.tsx";

const REVOKE_MS = 10_000;

/** Shows a secret. It is the only time: a reload forgets it. */
export function SecretCard({ told }: { readonly told: ToldSecret }): JSX.Element {
  const { device, qrCode } = told.secret;
  return (
    <div class="stack">
      <div class="qr">
        <img
          src={qrCode}
          alt={say("secret.qrAlt", { name: device.name })}
          width={208}
          height={208}
        />
        <div class="stack">
          <p>{say("secret.scan")}</p>
          <SecretText secret={told.secret.secret} />
        </div>
      </div>
      <Message kind="warn" title={say("secret.saveTitle")}>
        <p>{say("secret.saveText")}</p>
      </Message>
      <SaveButtons secret={told.secret} />
      <ExpiryLine />
    </div>
  );
}

/** For typing: hidden until it is asked for, in groups of four. */
function SecretText({ secret }: { readonly secret: string }): JSX.Element {
  const [isShown, setShown] = useState(false);
  return (
    <div class="stack tight">
      <p>{say("secret.cannotScan")}</p>
      <div class="buttons">
        <button
          type="button"
          class="button small"
          aria-expanded={isShown}
          aria-controls="secret-text"
          onClick={() => setShown(!isShown)}
        >
          {say(isShown ? "secret.hide" : "secret.show")}
        </button>
      </div>
      <p id="secret-text" class="secret" hidden={!isShown}>
        {isShown ? (secret.match(/.{1,4}/g) ?? []).join(" ") : ""}
      </p>
    </div>
  );
}

function SaveButtons({ secret }: { readonly secret: DeviceSecret }): JSX.Element {
  const [said, setSaid] = useState("");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(secret.secret);
      setSaid(say("secret.copied"));
    } catch {
      // Without https, or not allowed by the person.
      setSaid(say("secret.notCopied"));
    }
  };
  const save = (): void => {
    download(`${secret.device.name}.mfa-secret.txt`, savedText(secret));
    setSaid(say("secret.saved"));
  };
  return (
    <div class="buttons">
      <Button onClick={() => void copy()}>{say("secret.copy")}</Button>
      <Button onClick={save}>{say("secret.download")}</Button>
      <span role="status" class="muted">
        {said}
      </span>
    </div>
  );
}

/** How long the secret still waits for its codes. */
export function ExpiryLine(): JSX.Element | null {
  const left = secretSecondsLeft.value;
  if (left === null) return null;
  return <p class="muted">{say("secret.expires", { span: spanText(left) })}</p>;
}

function savedText({ device, secret, uri }: DeviceSecret): string {
  return `${device.serial}\n${secret}\n${uri}\n`;
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Not at once: the browser may not have begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_MS);
}
