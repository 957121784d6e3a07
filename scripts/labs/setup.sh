#!/usr/bin/env bash
# Installs what the labs need on Debian 12: a PC/SC stack with a virtual reader, and a small Linux
# guest with a real USB stack. Needs Debian's package servers, and root unless all is there. Safe to
# run again.
#
#   setup.sh [pcsc] [guest] [clients] [browser] [verifiers]     default: pcsc guest
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
parts=("$@"); [ ${#parts[@]} -gt 0 ] || parts=(pcsc guest)

packages=()
for part in "${parts[@]}"; do
  case $part in
    pcsc) packages+=(libusb-1.0-0 udev pcscd vsmartcard-vpcd yubikey-manager opensc
                     libpcsclite-dev iproute2) ;;
    guest) packages+=(libusb-1.0-0 udev pcscd yubikey-manager libpcsclite-dev qemu-system-x86
                      busybox-static cpio kmod) ;;
    postgres) packages+=(postgresql) ;;
    browser) packages+=(chromium fonts-inter fonts-morisawa-bizud-gothic) ;;
    verifiers) packages+=(oathtool pamtester libpam-oath libpam-google-authenticator libfaketime
                          freeradius freeradius-utils patchelf) ;;
    clients) packages+=(awscli python3-boto3 zbar-tools) ;;
    *) echo "setup.sh: unknown part '$part'; it knows:" \
            "pcsc guest postgres clients browser verifiers" >&2; exit 2 ;;
  esac
done

retry() {
  local try
  for try in 1 2 3; do
    "$@" && return 0
    echo "setup.sh: try $try of 3 failed: $*" >&2
    sleep $((try * 3))
  done
  return 1
}

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
    missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" -ne 0 ]; then
    echo "setup.sh: installing packages needs root; as root run: apt-get install ${missing[*]}" >&2
    exit 3
  fi
  export DEBIAN_FRONTEND=noninteractive
  # The lab starts a RADIUS server of its own; the machine gets none.
  if [ -d /run/systemd/system ]; then systemctl mask --quiet freeradius || true; fi
  retry apt-get -q -o DPkg::Lock::Timeout=300 update
  retry apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}"
fi

for part in "${parts[@]}"; do
  if [ "$part" = guest ]; then retry "$here/guest/make.sh"; fi
done
echo "labs ready: ${parts[*]}"
