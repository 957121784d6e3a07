#!/bin/sh
# /init of the guest: loads drivers, mounts the host's root read-only over 9p, runs one script of
# the host's in it, prints the script's exit code and powers off.
export PATH=/bin:/sbin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in virtio_pci virtio_net 9p 9pnet_virtio vhci-hcd usbhid hid-generic uhid cdc-acm; do
  modprobe $module || echo "guest: modprobe $module failed"
done
mkdir -p /host
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro host /host || {
  echo "guest: the host's root cannot be mounted"
  poweroff -f
}
# The checkout may lie where the guest has a folder of its own: it is put back on top.
checkout=$(sed -n 's/.*guest_checkout=\([^ ]*\).*/\1/p' /proc/cmdline)
mkdir -p /checkout
mount -o bind "/host$checkout" /checkout
for folder in proc sys dev; do mount -o bind /$folder /host/$folder; done
mount -t tmpfs run /host/run
mount -t tmpfs tmp /host/tmp
case $checkout in
  /tmp/* | /run/*) mkdir -p "/host$checkout" && mount -o bind /checkout "/host$checkout" ;;
esac
mkdir -p /host/dev/pts /host/dev/shm /host/run/udev
mount -t devpts devpts /host/dev/pts
mount -t tmpfs shm /host/dev/shm
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
ip route add default via 10.0.2.2
script=$(sed -n 's/.*guest_script=\([^ ]*\).*/\1/p' /proc/cmdline)
arguments=$(sed -n 's/.*guest_arguments=\([^ ]*\).*/\1/p' /proc/cmdline)
echo "GUEST_BEGINS"
chroot /host /bin/bash "$script" $(echo "$arguments" | sed 's/,/ /g')
echo "GUEST_EXIT=$?"
poweroff -f
