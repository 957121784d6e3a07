#!/usr/bin/env bash
# Makes docs/images/report.png, the picture in README, from a run of the demo. Needs Chromium
# (Debian: apt-get install chromium). PNG depends on fonts: look at it before you commit it.
#
#   npm run picture
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
node bin/oathbed.js demo --random-seed 7 >/dev/null
timeout 60 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars \
  --window-size=1280,"${HEIGHT:-1180}" --screenshot="${1:-docs/images/report.png}" \
  "file://$PWD/reports/latest/report.html" 2>/dev/null
