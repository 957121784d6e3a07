#!/usr/bin/env bash
# Makes the pictures of README from a run of the demo: docs/images/report.png, the head of the
# report, and docs/images/drift.png, the year of the drifting token; and docs/images/page-*.png, the
# page where people manage MFA devices. Needs Chromium (scripts/labs/setup.sh browser). Fonts differ
# between machines: look at them before you commit them.
#
#   npm run picture [FOLDER]       default: docs/images
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=${1:-docs/images}
page=reports/latest/report.html
alone=$(mktemp --suffix=.html)
trap 'rm -f "$alone"' EXIT
mkdir -p "$folder"
node bin/oathbed.js demo --random-seed 7 >/dev/null

# shoot PAGE HEIGHT PICTURE
shoot() {
  timeout 60 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars \
    --window-size=1280,"$2" --screenshot="$folder/$3" "file://$(realpath "$1")" 2>/dev/null
}

shoot "$page" 890 report.png
# The second clock alone: without the policy that keeps strange styles out of a report.
hidden='body>:not(main),main>:not(#clocks),#clocks>:not(article:nth-of-type(2)){display:none}'
sed -E 's/<meta http-equiv="Content-Security-Policy"[^>]*>//' "$page" >"$alone"
printf '<style>%s</style>\n' "$hidden" >>"$alone"
shoot "$alone" 800 drift.png

node scripts/labs/browser/pictures.ts "$folder"
