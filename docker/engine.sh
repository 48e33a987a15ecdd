# Sourced by the checks that need containers: start_engine sees to a Docker engine, make_base to the base image. Their
# own words go to $work, a folder of the caller's; engine_pid is set where an engine was started, for the caller to end.
engine_pid=

# Where there can be none, the check is skipped: that is no failure of ours.
no_engine() {
  echo "${0#"$PWD"/}: skipped: $*"
  rm -rf "$work"
  exit 0
}

start_engine() {
  docker info >/dev/null 2>&1 && return
  [ "$(id -u)" -eq 0 ] || no_engine "no Docker engine answers, and only root can start one"
  if ! command -v dockerd >/dev/null || ! command -v docker-compose >/dev/null || ! command -v debootstrap >/dev/null; then
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        docker.io docker-compose debootstrap; } >"$work/apt.log" 2>&1 </dev/null ||
      no_engine "no Docker engine answers, and its packages cannot be installed"
  fi
  dockerd >"$work/dockerd.log" 2>&1 &
  engine_pid=$!
  for _ in $(seq 60); do
    docker info >/dev/null 2>&1 && break
    kill -0 "$engine_pid" 2>/dev/null || { tail -n 3 "$work/dockerd.log"; engine_pid=; no_engine "dockerd does not run here"; }
    sleep 0.5
  done
  docker info >/dev/null 2>&1 || { kill "$engine_pid"; no_engine "dockerd did not come up within 30 s"; }
}

# Debian's image, which where images cannot be pulled is made from the same distribution's packages.
base=debian:bookworm-slim
make_base() {
  docker image inspect "$base" >/dev/null 2>&1 || timeout 30 docker pull -q "$base" >/dev/null 2>&1 || bootstrap_image "$base"
}

bootstrap_image() {  # name, packages ...
  local name=$1 packages
  shift
  packages=$(IFS=,; echo "$*")
  echo "making $name with debootstrap"
  debootstrap --variant=minbase ${packages:+"--include=$packages"} bookworm "$work/root" >"$work/debootstrap.log" 2>&1 ||
    { tail -n 5 "$work/debootstrap.log"; echo "${0#"$PWD"/}: no image $name"; exit 1; }
  tar -C "$work/root" -c . | docker import - "$name" >/dev/null
  rm -rf "$work/root"
}

wait_until() {  # seconds, what, command ...
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || { echo "${0#"$PWD"/}: gave up waiting: $what"; exit 1; }
    sleep 0.5
  done
}
