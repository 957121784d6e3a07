#!/usr/bin/env bash
# Boots the guest, runs a script of this host in it and exits with that script's exit code.
#
#   boot.sh SCRIPT [ARGUMENTS SEPARATED BY COMMAS]
#
# The guest sees the host's files read-only at the same paths, the host itself at 10.0.2.2, and a
# /tmp and /run that are empty but for this checkout. LIMIT: seconds the script may take, default
# 240. BOOT_LIMIT: seconds until it begins, default 120; a boot that does not get so far is tried
# again, twice, for nothing has run in it. MEMORY: MiB, default 1024.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
guest=${OATHBED_GUEST:-$here/../../../.cache/guest}
script=$(realpath "$1")
checkout=$(realpath "$here/../../..")
limit=${LIMIT:-240} boot_limit=${BOOT_LIMIT:-120}
if [ ! -f "$guest/vmlinuz" ]; then
  echo "boot.sh: no guest; run scripts/labs/setup.sh guest" >&2
  exit 3
fi
case $checkout$script in
  *[[:space:],]*)
    echo "boot.sh: the guest takes no path with a blank or a comma: $checkout" >&2
    exit 3
    ;;
esac

console=$(mktemp) qemu=
trap '[ -z "$qemu" ] || kill -KILL "$qemu" 2>/dev/null; rm -f "$console"' EXIT
trap 'exit 143' TERM INT

# TCG, not KVM: /dev/kvm may be there and hang without a word inside another virtual machine. What
# the kernel measures of timers at its start goes wrong when the host is busy: it believes them. No
# device sleeps: libccid's udev rule lets readers, after 2 s, and who opens one then waits in the
# kernel for the token, which may live in the same process and never comes to answer.
start() {
  local parameters="console=ttyS0 quiet loglevel=3 panic=-1 mitigations=off no_timer_check"
  parameters+=" tsc=reliable nowatchdog rcupdate.rcu_cpu_stall_suppress=1"
  parameters+=" usbcore.autosuspend=-1"
  : >"$console"
  qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 \
    -m "${MEMORY:-1024}" -display none -serial stdio -monitor none -no-reboot \
    -netdev user,id=n0 -device virtio-net-pci,netdev=n0,romfile= \
    -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
    -kernel "$guest/vmlinuz" -initrd "$guest/initrd.img" \
    -append "$parameters guest_checkout=$checkout guest_script=$script guest_arguments=${2:-}" \
    </dev/null >"$console" 2>&1 &
  qemu=$!
}

# Waits until the script begins.
begins() {
  local end=$((SECONDS + boot_limit))
  until grep -q '^GUEST_BEGINS' "$console"; do
    kill -0 "$qemu" 2>/dev/null && [ $SECONDS -lt $end ] || return 1
    sleep 0.2
  done
}

stop() { kill -KILL "$qemu" 2>/dev/null; wait "$qemu" 2>/dev/null; }

# tell PROBLEM: with the last lines of the guest's console.
tell() {
  printf 'boot.sh: %s; the last lines of its console:\n' "$1" >&2
  tail -n 20 "$console" | tr -d '\r' | sed 's/^/  | /' >&2
}

for try in 1 2 3; do
  start "$@"
  begins && break
  stop
  tell "try $try of 3: the guest did not boot within $boot_limit s"
  [ "$try" -lt 3 ] || exit 99
done
timeout --foreground "$limit" tail --pid="$qemu" -n +1 -f "$console" |
  grep --line-buffered -v '^GUEST_'
watched=${PIPESTATUS[0]}
stop
if [ "$watched" -eq 124 ]; then
  tell "the guest was stopped after $limit s"
  exit 124
fi
exit_code=$(sed -n 's/.*GUEST_EXIT=\([0-9]*\).*/\1/p' "$console" | tail -n 1)
[ -n "$exit_code" ] || tell "the guest ended before its script"
exit "${exit_code:-99}"
