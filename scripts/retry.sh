# Sourced by scripts that download.

# retry MINUTES COMMAND...: four tries, each at most so long, with longer pauses between them.
retry() {
  local limit=$1 try
  shift
  for try in 1 2 3 4; do
    timeout -k 10 "${limit}m" "$@" && return 0
    printf 'try %d of 4 failed: %s\n' "$try" "$*" >&2
    [ "$try" -eq 4 ] || sleep $((try * try * 3))
  done
  return 1
}
