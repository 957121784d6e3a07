#!/usr/bin/env bash
# Runs in the Linux guest: starts udev and pcscd there, then tests of the USB lab, the drivers'
# contracts beside all others: they share no device.
#
#   guest.sh PORTS FILE ...        PORTS: what host-tokens.ts listens on, joined by dots
set -u
cd "$(dirname "$0")/../../.." || exit 1
IFS=. read -r OATHBED_HOST_USBIP OATHBED_HOST_SERIAL OATHBED_CONTROL_KEY OATHBED_CONTROL_SERIAL \
  <<<"$1"
shift
export OATHBED_HOST_USBIP OATHBED_HOST_SERIAL OATHBED_CONTROL_KEY OATHBED_CONTROL_SERIAL
export PATH=$PWD/node_modules/.bin:$PATH HOME=/tmp NO_COLOR=1
export OATHBED_PATIENCE=10 OATHBED_YKMAN=server
export OATHBED_GUEST_ROOT=${OATHBED_GUEST:-$PWD/.cache/guest}/root
# usbip keeps its notes there, and returns 1 without it.
mkdir -p /run/vhci_hcd /run/pcscd /tmp/readers
/lib/systemd/systemd-udevd --daemon 2>/dev/null
# Without the virtual readers that the host may have installed.
pcscd -c /tmp/readers

# Where lab.ts has put what vitest makes of the sources; the checkout is read-only here.
export OATHBED_LAB_CACHE=/tmp/lab
cp -r .cache/lab /tmp/lab

run() {
  [ $# -gt 0 ] || return 0
  vitest run --configLoader native --config scripts/labs/vitest.config.ts "$@" 2>&1 | cat
  return "${PIPESTATUS[0]}"
}

contracts=() others=()
for file in "$@"; do
  case $file in
    */contract-*) contracts+=("$file") ;;
    *) others+=("$file") ;;
  esac
done
run "${contracts[@]}" &
run "${others[@]}"
code=$?
wait $! || code=1
exit $code
