#!/usr/bin/env bash
# Boots the guest, runs a script of this host in it and exits with that script's exit code.
#
#   boot.sh SCRIPT [ARGUMENTS SEPARATED BY COMMAS]
#
# The guest sees the host's files read-only at the same paths, the host itself at 10.0.2.2, and a
# /tmp and /run that are empty but for this checkout. LIMIT: seconds until it is stopped, default
# 240. MEMORY: MiB, default 1024.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
guest=${OATHBED_GUEST:-$here/../../../.cache/guest}
script=$(realpath "$1")
checkout=$(realpath "$here/../../..")
if [ ! -f "$guest/vmlinuz" ]; then
  echo "boot.sh: no guest; run scripts/labs/setup.sh guest" >&2
  exit 3
fi

# TCG, not KVM: /dev/kvm may be there and hang without a word inside another virtual machine.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
parameters="console=ttyS0 quiet loglevel=3 panic=-1 mitigations=off"
set +e
timeout "${LIMIT:-240}" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 \
  -m "${MEMORY:-1024}" -display none -serial stdio -monitor none -no-reboot \
  -netdev user,id=n0 -device virtio-net-pci,netdev=n0,romfile= \
  -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
  -kernel "$guest/vmlinuz" -initrd "$guest/initrd.img" \
  -append "$parameters guest_checkout=$checkout guest_script=$script guest_arguments=${2:-}" \
  </dev/null | tee "$log" | grep -v --line-buffered '^GUEST_EXIT='
stopped=${PIPESTATUS[0]}
exit_code=$(sed -n 's/.*GUEST_EXIT=\([0-9]*\).*/\1/p' "$log" | tail -n 1)
if [ "$stopped" -eq 124 ]; then
  echo "boot.sh: the guest was stopped after ${LIMIT:-240} s" >&2
  exit 124
fi
exit "${exit_code:-99}"
