// The whole page: bar, the view that the session and the address ask for, and the bench.

import type { JSX } from "preact";
import type { Session } from "../contract.ts";
import { Bench } from "./bench/bench.tsx";
import { JumpButton } from "./bench/jump-button.tsx";
import { say } from "./i18n/language.ts";
import { AssignPage } from "./pages/assign.tsx";
import { CodePage } from "./pages/code.tsx";
import { DevicePage } from "./pages/device.tsx";
import { DevicesPage } from "./pages/devices.tsx";
import { EnablePage } from "./pages/enable.tsx";
import { RecoveryPage } from "./pages/recovery.tsx";
import { ResyncPage } from "./pages/resync.tsx";
import { SetUpAgainPage } from "./pages/set-up-again.tsx";
import { SignInPage } from "./pages/sign-in.tsx";
import type { SignedIn } from "./pages/signed-in.ts";
import { UsersPage } from "./pages/users.tsx";
import { Bar } from "./parts/bar.tsx";
import { ViewLink } from "./parts/button.tsx";
import { about, session } from "./state.ts";
import { type View, view } from "./views.ts";

/** Everything. */
export function Frame(): JSX.Element {
  const now = session.value?.session ?? null;
  const lab = about.value?.lab;
  const hasBench = lab !== undefined && (lab.fobs || lab.mailbox || lab.clock);
  const skip = (): void => document.querySelector<HTMLElement>("h1")?.focus();
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        {say("skip")}
      </button>
      <Bar session={now} />
      {now?.stage === "signed-in" && <Navigation current={view.value} stage={now} />}
      <div class={hasBench ? "frame" : "frame alone"}>
        {now === null ? <main id="main" aria-busy="true" /> : <Stage now={now} />}
        {hasBench && <Bench />}
      </div>
      {hasBench && <JumpButton />}
    </>
  );
}

function Stage({ now }: { readonly now: Session }): JSX.Element {
  switch (now.stage) {
    case "signed-out":
      return <SignInPage key="sign-in" />;
    case "code":
      return <CodePage key="code" stage={now} />;
    case "recovery":
      return <RecoveryPage key="recovery" stage={now} />;
    case "signed-in":
      return <SignedInView key={JSON.stringify(view.value)} now={view.value} stage={now} />;
  }
}

function SignedInView(props: { readonly now: View; readonly stage: SignedIn }): JSX.Element {
  const { now, stage } = props;
  switch (now.name) {
    case "devices":
      return <DevicesPage stage={stage} />;
    case "users":
      return <UsersPage />;
    case "assign":
      return <AssignPage stage={stage} holder={now.holder} />;
    case "device":
      return <DevicePage serial={now.serial} stage={stage} />;
    case "enable":
      return <EnablePage serial={now.serial} stage={stage} />;
    case "resync":
      return <ResyncPage serial={now.serial} />;
    case "set-up-again":
      return <SetUpAgainPage serial={now.serial} />;
  }
}

/** Every view but the list of users belongs to the devices. */
function currentOf(now: View, tab: "devices" | "users"): "page" | "part" | null {
  if (now.name === tab) return "page";
  return tab === "devices" && now.name !== "users" ? "part" : null;
}

function Navigation(props: { readonly current: View; readonly stage: SignedIn }): JSX.Element {
  const { current, stage } = props;
  return (
    <nav class="tabs" aria-label={say("nav.title")}>
      <ul>
        <li>
          <ViewLink to={{ name: "devices" }} current={currentOf(current, "devices")}>
            {say("nav.devices")}
          </ViewLink>
        </li>
        {!stage.isRestricted && (
          <li>
            <ViewLink to={{ name: "users" }} current={currentOf(current, "users")}>
              {say("nav.users")}
            </ViewLink>
          </li>
        )}
      </ul>
    </nav>
  );
}
