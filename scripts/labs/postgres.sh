#!/usr/bin/env bash
# Runs a command beside a private PostgreSQL server: its own folder, a port of its own on the
# loopback, fsync on, removed afterwards. Several can run side by side. As root the server runs as
# the user postgres, which the Debian package makes.
#
#   postgres.sh COMMAND [ARGUMENT ...]        needs: apt-get install postgresql
#
# The command finds in its environment
#   OATHBED_POSTGRES          postgres://… of the database, without a key file
#   OATHBED_POSTGRES_FOLDER   the server's folder; `postgres.sh restart` and `stop` and `start`,
#                             called by the command, act on that server
set -euo pipefail
[ $# -ge 1 ] || { echo "usage: postgres.sh COMMAND [ARGUMENT ...]" >&2; exit 2; }
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || echo /nowhere/initdb)")
[ -x "$bin/initdb" ] ||
  { echo "postgres.sh: no PostgreSQL server; apt-get install postgresql" >&2; exit 3; }

# as_server COMMAND...: PostgreSQL refuses to run as root.
as_server() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$@")
  else
    "$@"
  fi
}

control() { as_server "$bin/pg_ctl" -D "$1/data" -w -t 30 -s "${@:2}" </dev/null >&2; }

case "$1:${OATHBED_POSTGRES_FOLDER:-}" in
  start:?*) control "$OATHBED_POSTGRES_FOLDER" start -l "$OATHBED_POSTGRES_FOLDER/log"; exit ;;
  stop:?*) control "$OATHBED_POSTGRES_FOLDER" stop -m fast; exit ;;
  restart:?*)
    control "$OATHBED_POSTGRES_FOLDER" stop -m immediate
    control "$OATHBED_POSTGRES_FOLDER" start -l "$OATHBED_POSTGRES_FOLDER/log"
    exit ;;
esac

folder=$(mktemp -d)
cleanup() {
  control "$folder" stop -m immediate 2>/dev/null || true
  rm -rf "$folder"
}
trap cleanup EXIT
[ "$(id -u)" -ne 0 ] || chown postgres "$folder"

as_server "$bin/initdb" -D "$folder/data" -U oathbed -A trust -E UTF8 --locale=C >"$folder.log" 2>&1 ||
  { cat "$folder.log" >&2; rm -f "$folder.log"; exit 4; }
rm -f "$folder.log"
# A free port: another lab may run beside this one.
for try in $(seq 20); do
  port=$((20000 + RANDOM % 20000))
  as_server tee -a "$folder/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$folder'
max_connections = 60
CONF
  control "$folder" start -l "$folder/log" && break
  [ "$try" -lt 20 ] || { echo "postgres.sh: the server did not start:" >&2; cat "$folder/log" >&2; exit 4; }
done
export OATHBED_POSTGRES="postgres://oathbed@127.0.0.1:$port/postgres"
export OATHBED_POSTGRES_FOLDER=$folder
"$@"
