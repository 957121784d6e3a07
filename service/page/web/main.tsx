// The page starts here: address, clock, and what the service says.

import { render } from "preact";
import { call, Refused } from "./api.ts";
import { startTicking } from "./clock.ts";
import { Frame } from "./frame.tsx";
import { language } from "./i18n/language.ts";
import { RefusalMessage } from "./parts/message.tsx";
import { about, askSession, watchSession } from "./state.ts";
import { followAddress } from "./views.ts";

const root = document.getElementById("page");
if (root !== null) await start(root);

async function start(place: HTMLElement): Promise<void> {
  document.documentElement.lang = language.value;
  followAddress();
  startTicking();
  try {
    about.value = await call("GET /about", {});
    await askSession();
    watchSession();
    render(<Frame />, place);
  } catch (error) {
    const refused = error instanceof Refused ? error : new Refused("internal");
    render(
      <main>
        <RefusalMessage refused={refused} />
      </main>,
      place,
    );
  }
}
