#!/usr/bin/env bash
# Runs a command beside an isolated PC/SC stack: its own mount and network namespace, pcscd with one
# vpcd reader (two slots) on port 35963. Several can run side by side. Needs root.
#
#   pcsc.sh READER-NAME COMMAND [ARGUMENT ...]
#
# QUICKACK=0 leaves out the route that spares each APDU 40 ms: vpcd sends length and payload apart,
# without TCP_NODELAY, and Nagle's algorithm then waits for the delayed acknowledgement.
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: pcsc.sh READER-NAME COMMAND [ARGUMENT ...]" >&2; exit 2; }
driver=/usr/lib/pcsc/drivers/serial/libifdvpcd.so
[ -e "$driver" ] || { echo "pcsc.sh: no vpcd; run scripts/labs/setup.sh pcsc" >&2; exit 3; }
if [ "$(id -u)" -ne 0 ]; then
  echo "pcsc.sh: a mount and network namespace of its own needs root: run it with sudo" >&2
  exit 3
fi
export OATHBED_READER=$1 OATHBED_VPCD_PORT=35963 OATHBED_VPCD_DRIVER=$driver
shift
exec unshare -mn --propagation private bash -c '
  set -u
  mount -t tmpfs tmpfs /run && mkdir -p /run/pcscd
  ip link set lo up
  if [ "${QUICKACK:-1}" = 1 ]; then
    ip route change local 127.0.0.1 dev lo table local quickack 1 proto kernel scope host \
      src 127.0.0.1
  fi
  # pcscd reads every file of this folder as a reader: the log lies elsewhere.
  readers=$(mktemp -d) log=$(mktemp)
  printf "FRIENDLYNAME \"%s\"\nDEVICENAME /dev/null:0x8C7B\nLIBPATH %s\nCHANNELID 0x8C7B\n" \
    "$OATHBED_READER" "$OATHBED_VPCD_DRIVER" >"$readers/vpcd"
  pcscd -f -c "$readers" >"$log" 2>&1 &
  pcscd=$!
  for try in $(seq 100); do
    (exec 3<>"/dev/tcp/127.0.0.1/$OATHBED_VPCD_PORT") 2>/dev/null && break
    kill -0 $pcscd 2>/dev/null || { echo "pcscd did not start:" >&2; cat "$log" >&2; exit 4; }
    sleep 0.05
  done
  export OATHBED_PCSC_LOG=$log
  "$@"
  code=$?
  kill $pcscd 2>/dev/null
  wait 2>/dev/null
  rm -rf "$readers" "$log"
  exit $code
' pcsc-lab "$@"
