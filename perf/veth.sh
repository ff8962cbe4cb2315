# Shared by the scripts that ask through a link of two network namespaces, which they make: server and generator each have one.
# To be sourced after lib.sh; the script calls make_network, and sets leases, server_cpu and load_cpu for what starts and asks.
# shellcheck shell=bash
readonly id=lqveth$$ here=172.30.77.1 there=172.30.77.2 range=10.16.0.0/12
has_netns=''

finish() {
  end_all
  if [ -n "$has_netns" ]; then ip netns delete "$id-load" || true; ip netns delete "$id-server" || true; fi
  rm -rf "$work"
}
trap finish EXIT

check_veth() { # PROGRAM...: what it needs, and what the script needs besides
  [ "$(id -u)" -eq 0 ] || fail 'Needs root: it makes network namespaces.'
  local program
  for program in gcc ip taskset "$@"; do
    command -v "$program" >/dev/null || fail "$program is not here."
  done
}

make_network() {
  has_netns=yes
  ip netns add "$id-load"
  ip netns add "$id-server"
  ip -n "$id-load" link add name up type veth peer name up netns "$id-server"
  local end
  for end in "load:$here" "server:$there"; do
    ip -n "$id-${end%:*}" address add "${end#*:}/24" dev up
    ip -n "$id-${end%:*}" link set dev up up
    ip -n "$id-${end%:*}" link set dev lo up
  done
}

# start_echo NAME FLAGS...
start_echo() {
  ip netns exec "$id-server" "$work/echo" "${@:2}" -c "$server_cpu" "$there" 67 >"$work/$1.log" 2>&1 &
  pid=$!
  started+=("$pid")
}

# start_server NAME PREFIX SETTING...
start_server() {
  start_service "ip netns exec $id-server $2" "$work/$1.log" 'leasequery.networks=["10.0.0.0/8"]' \
    "leasequery.requestors=[{prefix=\"$here/32\"}]" "leasequery.ingress.listen=[\"$there:67\"]" \
    "leasequery.monitoring.listen=$there:9067" "leasequery.store.directory=$work/store" "${@:3}"
  pid=$service
}

asking() { # COMMAND OPTIONS...: the generator, in the other namespace; the addresses are of this machine only
  ip netns exec "$id-load" "$load" "$1" "$there" --from "$here:67" --range "$range" --count "$leases" --allow-remote "${@:2}"
}

# until_answers NAME OPTIONS...: waits for the first right answer.
until_answers() {
  asking queries --rate 50 --warmup 0 --duration 120 --until-answered "${@:2}" >"$work/load.txt" 2>&1 ||
    { tail -n 5 "$work/$1.log" "$work/load.txt" >&2; fail "$1 does not answer."; }
}
