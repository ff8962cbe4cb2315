# Shared by the scripts beside it: what they say, what they start and end, what they note and print. To be sourced from the top of
# the checkout, with bash -euo pipefail.
# shellcheck shell=bash
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 PATH="$PATH:/usr/sbin:/sbin"

readonly published=$PWD/src/Leasequery.Host/bin/Published
leasequery=$(realpath -m -- "${LEASEQUERY:-$published/leasequery}") # services start elsewhere
readonly leasequery
readonly load=$PWD/perf/Leasequery.Load/bin/Release/net10.0/leasequery-load
readonly fill=$PWD/perf/Leasequery.Fill/bin/Release/net10.0/leasequery-fill
readonly benchmarks=$PWD/perf/Leasequery.Benchmarks/bin/Release/net10.0/Leasequery.Benchmarks.dll
work=$(mktemp -d)
started=() # what is to be ended, by process id

say() { printf '== %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

needs() { # PROGRAM PACKAGE
  command -v "$1" >/dev/null || fail "Needs $1 (Debian package $2)."
}

# Only what was started here is ended: by SIGTERM, and by SIGKILL when that takes too long.
end() { # PID
  ended "$1"
  kill "$1" 2>/dev/null || return 0
  timeout 60 tail --pid="$1" -f /dev/null || kill -9 "$1" 2>/dev/null || true
}

# What has ended is not ended once more: its number may be somebody else's by then.
ended() { # PID
  local pid still=()
  for pid in "${started[@]}"; do [ "$pid" = "$1" ] || still+=("$pid"); done
  started=("${still[@]}")
}

end_all() {
  local pid
  for pid in "${started[@]}"; do end "$pid"; done
  started=()
}

# A script that made more sets a trap of its own.
trap 'end_all; end_postgresql; rm -rf "$work"' EXIT

build() { # PROJECT...: the service as users have it, which is published
  local project
  say 'Building'
  for project; do
    if [ "$project" = src/Leasequery.Host ]; then
      dotnet publish "$project" -c Release -o "$published" -v quiet >&2
    else
      dotnet build "$project" -c Release -v quiet >&2
    fi
  done
}

now_ms() { date +%s%3N; }

# until_line PID FILE PATTERN SECONDS: waits until a program that was started has written a line.
until_line() {
  timeout "$4" grep -q -m 1 -- "$3" <(tail -n +1 --pid="$1" -s 0.05 -F "$2" 2>/dev/null) ||
    { tail -n 5 "$2" >&2; fail "no line '$3' within $4 s"; }
}

# start_service PREFIX LOG SETTING...: starts the service, behind a command such as taskset or nothing, and waits until it is
# ready; sets service (its process id), started_at (Unix ms) and ready_ms.
start_service() {
  local prefix=$1 log=$2 line='' settings=() setting ready
  shift 2
  for setting; do settings+=(--set "$setting"); done
  started_at=$(now_ms)
  # shellcheck disable=SC2086 # the prefix is words
  exec {ready}< <(cd "$work" && exec $prefix "$leasequery" serve "${settings[@]}" 2>"$log")
  service=$!
  started+=("$service")
  read -r -t 120 line <&"$ready" || { cat "$log" >&2; fail "The service did not start. $line"; }
  ready_ms=$(($(now_ms) - started_at))
  exec {ready}<&-
}

# start_postgresql: a server of our own in $work, as a package would set it up, but reached by its Unix socket alone, so that it
# is in nobody's way. PostgreSQL does not run as root: then its own user does, or nobody. Sets postgresql, the directory of its
# socket.
start_postgresql() {
  local user=nobody as=()
  postgresql_programs=$(find /usr/lib/postgresql -name initdb -printf '%h\n' 2>/dev/null | sort -V | tail -n 1)
  [ -n "$postgresql_programs" ] || fail 'Needs PostgreSQL (Debian package postgresql).'
  postgresql=$work/postgresql
  mkdir "$postgresql"
  if [ "$EUID" -eq 0 ]; then
    ! id postgres >/dev/null 2>&1 || user=postgres
    as=(setpriv "--reuid=$user" --clear-groups)
    chmod 711 "$work" # its user has to get through
    chown "$user" "$postgresql"
  fi
  (cd / && "${as[@]}" "$postgresql_programs/initdb" -D "$postgresql/data" -U leasequery -A trust -E UTF8 --locale=C.UTF-8 \
    >/dev/null)
  (cd / && exec "${as[@]}" "$postgresql_programs/postgres" -D "$postgresql/data" -k "$postgresql" -c listen_addresses= \
    2>"$work/postgresql.log") &
  postgresql_server=$!
  until_line "$postgresql_server" "$work/postgresql.log" 'ready to accept connections' 60
}

# Fast: SIGTERM would have it wait for its clients.
end_postgresql() {
  [ -n "${postgresql_server:-}" ] || return 0
  kill -INT "$postgresql_server" 2>/dev/null || return 0
  timeout 60 tail --pid="$postgresql_server" -f /dev/null || kill -9 "$postgresql_server" 2>/dev/null || true
  postgresql_server=''
}

sql() { # DATABASE STATEMENT: its values, one row a line
  "$postgresql_programs/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$postgresql" -U leasequery -d "$1" -c "$2"
}

# postgresql_settings DATABASE: what makes the service use it, one setting a line.
postgresql_settings() {
  printf 'leasequery.store.%s\n' kind=postgresql "postgresql.host=$postgresql" "postgresql.database=$1" \
    postgresql.username=leasequery postgresql.ssl-mode=disable
}

resident_kib() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }

# value FILE HEADING NAME: a figure of the generator's JSON.
value() { sed -n "/^  \"$2\"/,/^  }/s|^    \"$3\": \([^,]*\),\{0,1\}\$|\1|p" "$1"; }

# note FIGURE VALUE: one measured value of a figure. median FIGURE DECIMALS: the middle one, or nothing when there is none.
note() { printf '%s\n' "$2" >>"$work/values.$1"; }
median() {
  [ -e "$work/values.$1" ] || return 0
  sort -g "$work/values.$1" | awk -v decimals="$2" \
    '{ v[NR] = $1 } END { printf "%.*f", decimals, (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

# compute EXPRESSION: awk's arithmetic.
compute() { awk "BEGIN { print $1 }"; }

conditions() { # RUNS
  local model memory runtime
  model=$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)
  runtime=$(dotnet --list-runtimes | awk '/NETCore.App/ { version = $2 } END { print version }')
  memory=$(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)
  echo "$(nproc) cores, $model, $memory, $(uname -sr), .NET $runtime," \
    "files on $(df --output=fstype "$work" | tail -n 1)"
  echo "$(git describe --always --dirty), load average $load_before before, $(cut -d' ' -f1-3 /proc/loadavg) after, medians of $1"
}
load_before=$(cut -d' ' -f1-3 /proc/loadavg)

# All medians as JSON.
write_json() { # FILE
  local file comma=''
  {
    echo '{'
    for file in "$work"/values.*; do
      printf '%s  "%s": [%s]' "$comma" "${file##*values.}" "$(paste -sd, "$file" | sed 's/inf/null/g')"
      comma=$',\n'
    done
    printf '\n}\n'
  } >"$1"
}
