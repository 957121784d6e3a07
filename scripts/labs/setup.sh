#!/usr/bin/env bash
# Installs what the labs need on Debian 12: a PC/SC stack with a virtual reader, and a small Linux
# guest with a real USB stack. Needs Debian's package servers, and root unless all is there. Safe to
# run again.
#
#   setup.sh [pcsc] [guest] [clients] [browser] [verifiers]     default: pcsc guest
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../retry.sh"
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
  apt=(apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Acquire::http::Timeout=30)
  retry 2 "${apt[@]}" update
  # Downloads may be stopped and go on where they were; what unpacks packages may not.
  retry 4 "${apt[@]}" install -y --download-only --no-install-recommends "${missing[@]}"
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}"
fi

# The JavaScript SDK of the clients lab, from its own lock file; again only when that has changed.
install_sdk() {
  local modules=$here/clients/node_modules
  cmp -s "$here/clients/package-lock.json" "$modules/installed-lock.json" && return 0
  retry 2 npm ci --no-audit --no-fund --prefix "$here/clients" || return 1
  cp "$here/clients/package-lock.json" "$modules/installed-lock.json"
}

for part in "${parts[@]}"; do
  case $part in
    guest) retry 4 "$here/guest/make.sh" ;;
    clients) install_sdk ;;
  esac
done
echo "labs ready: ${parts[*]}"
