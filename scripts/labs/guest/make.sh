#!/usr/bin/env bash
# Builds the Linux guest: Debian's stock kernel and the usbip tool, downloaded as packages and
# unpacked (not installed), and a small initramfs with just the modules the lab loads.
#
#   make.sh        into $OATHBED_GUEST, default .cache/guest of the checkout
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${OATHBED_GUEST:-$here/../../../.cache/guest}
modules="virtio_pci virtio_net 9p 9pnet_virtio vhci-hcd usbhid hid-generic uhid cdc-acm"
tools="sh mount modprobe mkdir cut sed ip chroot poweroff echo sleep"

# The cloud flavour of the kernel lacks the USB modules.
image=$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image/{print $2; exit}')
if [ -z "$image" ]; then
  echo "make.sh: no kernel package found; run apt-get update first" >&2
  exit 1
fi
version=${image#linux-image-}
stamp="$image $(sha256sum "$0" "$here/init.sh" | sha256sum | cut -c1-16)"
if [ "$(cat "$out/stamp" 2>/dev/null)" = "$stamp" ]; then
  echo "guest is up to date: $version"
  exit 0
fi

rm -rf "$out"
mkdir -p "$out/debs" "$out/root"
# apt's sandbox user cannot write into a private folder: the download runs as who we are.
(cd "$out/debs" && apt-get -q -o APT::Sandbox::User=root download "$image" usbip)
for deb in "$out"/debs/*.deb; do dpkg-deb -x "$deb" "$out/root"; done
rm -rf "$out/debs"
depmod -b "$out/root" "$version"

initramfs=$out/initramfs
mkdir -p "$initramfs"/{bin,proc,sys,dev,lib/modules/"$version"}
cp "$(command -v busybox)" "$initramfs/bin/busybox"
for tool in $tools; do ln -s busybox "$initramfs/bin/$tool"; done
cp "$out/root/lib/modules/$version"/modules.{dep,alias,symbols,builtin,order}* \
  "$initramfs/lib/modules/$version/"
for module in $modules; do
  modprobe -d "$out/root" -S "$version" --show-depends "$module" | awk '/^insmod/{print $2}'
done | sort -u | while read -r file; do
  relative=${file#"$out/root"}
  mkdir -p "$initramfs/$(dirname "$relative")"
  cp "$file" "$initramfs/$relative"
done
cp "$here/init.sh" "$initramfs/init"
chmod +x "$initramfs/init"
(cd "$initramfs" && find . | cpio -o -H newc --quiet | gzip -1 >"$out/initrd.img")
cp "$out/root/boot/vmlinuz-$version" "$out/vmlinuz"
rm -rf "$initramfs" "$out/root/lib/modules" "$out/root/boot"
echo "$stamp" >"$out/stamp"
echo "guest ready: Linux $version"
