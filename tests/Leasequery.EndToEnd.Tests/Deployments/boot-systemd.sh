#!/bin/sh
# Boots systemd as process 1 of a machine that shares nothing with this one but programs, read-only, and a network namespace: its
# own root in memory, its own devices, /run and /tmp. So nothing that systemd or a unit does at a boot can reach this machine.
#
#   boot-systemd.sh ROOT PROGRAM DOTNET FILES     an empty folder for the root; what becomes /opt/leasequery; the runtime; what is
#                                                 copied over the root
# Ends when systemd does, and takes its control group with it.
set -eu
root=$1 program=$2 dotnet=$3 files=$4

if [ "${LEASEQUERY_BOX-}" != inside ]; then
  # A control group of its own, so that systemd can make others below it; removed when all is over. Seen in a mount of our own.
  mount --make-rprivate /
  mount -t cgroup2 cgroup2 "$root"
  own=$root$(sed -n 's/^0:://p' /proc/self/cgroup)
  group=$own/leasequery-test-$$
  mkdir "$group"
  echo $$ >"$group/cgroup.procs"
  LEASEQUERY_BOX=inside unshare --mount --pid --fork --kill-child --cgroup --uts --ipc "$0" "$@" || true
  echo $$ >"$own/cgroup.procs"
  find "$group" -depth -type d -exec rmdir {} \;
  exit
fi

read_only() { mount --bind "$1" "$2" && mount -o remount,bind,ro "$2"; }

mount -t tmpfs -o mode=755 tmpfs "$root"
cd "$root"
mkdir -p usr etc proc sys dev run tmp var/lib root opt/leasequery opt/dotnet log old
chmod 1777 tmp
for folder in bin sbin lib lib64; do # links into /usr, but on old machines
  [ -e "/$folder" ] || continue
  if [ -L "/$folder" ]; then cp -P "/$folder" .; else mkdir "$folder" && read_only "/$folder" "$folder"; fi
done
read_only /usr usr
read_only "$program" opt/leasequery
read_only "$dotnet" opt/dotnet
cp -r "$files/." .
cp /etc/ld.so.cache etc/

mount -t proc proc proc
read_only proc/sys proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=755 tmpfs dev
mkdir dev/shm dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
for device in null zero full random urandom tty; do
  touch "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done

pivot_root . old
cd /
umount -l /old
# No units but those that were copied: not what the packages of this machine start at a boot. And no power over its clock
# and kernel.
exec setpriv --bounding-set=-sys_time,-sys_module,-sys_rawio,-sys_boot,-syslog,-mac_admin,-mac_override \
  env -i container=leasequery PATH=/usr/sbin:/usr/bin:/sbin:/bin SYSTEMD_UNIT_PATH=/etc/systemd/system \
  /lib/systemd/systemd --log-target=console --show-status=no
