// The page starts here.

import { render } from "preact";

const root = document.getElementById("page");
if (root !== null) render(<p>oathbed</p>, root);
