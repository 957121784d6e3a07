#!/usr/bin/env bash
# Runs in the Linux guest: starts udev and pcscd there, then tests of the USB lab, the drivers'
# contracts beside all others: they share no device.
#
#   guest.sh PORTS SECONDS FILE ...        PORTS: what host-tokens.ts listens on, joined by dots
#
# SECONDS: the longest either of the two may take.
set -u
cd "$(dirname "$0")/../../.." || exit 1
IFS=. read -r OATHBED_HOST_USBIP OATHBED_HOST_SERIAL OATHBED_CONTROL_KEY OATHBED_CONTROL_SERIAL \
  <<<"$1"
limit=$2
shift 2
export OATHBED_HOST_USBIP OATHBED_HOST_SERIAL OATHBED_CONTROL_KEY OATHBED_CONTROL_SERIAL
export PATH=$PWD/node_modules/.bin:$PATH HOME=/tmp NO_COLOR=1
# Ten times slower than its host, and room for a busy one.
export OATHBED_PATIENCE=20 OATHBED_YKMAN=server
export OATHBED_GUEST_ROOT=${OATHBED_GUEST:-$PWD/.cache/guest}/root
# usbip keeps its notes there, and returns 1 without it.
mkdir -p /run/vhci_hcd /run/pcscd /tmp/readers
/lib/systemd/systemd-udevd --daemon 2>/dev/null
# Without the virtual readers that the host may have installed.
pcscd -c /tmp/readers

# Where lab.ts has put what vitest makes of the sources; the checkout is read-only here.
export OATHBED_LAB_CACHE=/tmp/lab
cp -r .cache/guest-lab /tmp/lab

run() {
  [ $# -gt 0 ] || return 0
  local code watcher
  (sleep "$limit" && tell_hang "$@") &
  watcher=$!
  timeout -k 10 $((limit + 10)) \
    vitest run --configLoader native --config scripts/labs/vitest.config.ts "$@" 2>&1 | cat
  code=${PIPESTATUS[0]}
  kill "$watcher" 2>/dev/null
  return "$code"
}

# What can be seen of tests that do not end: what each process waits for in the kernel.
tell_hang() {
  printf 'guest.sh: longer than %s s, and stopped: %s\n' "$limit" "$*"
  ps -eo pid,stat,etimes,wchan:24,args --sort=-etimes | grep -v ' \[' | cut -c1-120
  dmesg 2>/dev/null | tail -n 60
}

contracts=() others=()
for file in "$@"; do
  case $file in
    */contract-*) contracts+=("$file") ;;
    *) others+=("$file") ;;
  esac
done
run "${contracts[@]}" &
beside=$!
run "${others[@]}"
code=$?
wait "$beside" || code=1
exit $code
