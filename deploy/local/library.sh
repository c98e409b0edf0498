# Shared by the commands beside this file, which source it: the parts of the service as processes of
# this machine. Each part is started by start_<part> and known by the file pids/<part>.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
# Not below target: what runs could not be found any more after "mvn clean".
state="${STATE:-$root/.local}"
[[ "$state" == /* ]] || state="$PWD/$state"
POSTGRES_DATA="" # which is removed in the end: never what somebody has in the environment

fail() {
  echo "$*" >&2
  exit 1
}

# What `up` chose is kept, so that the other commands find it.
load_settings() {
  [[ -f "$state/settings" ]] || fail "Nothing was started in $state: run deploy/local/up"
  # shellcheck disable=SC1091
  source "$state/settings"
}

answers_on() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# The first port from $1 on that nothing listens on and that is not among the others.
free_port() {
  local port="$1" taken=" ${*:2} "
  while answers_on "$port" || [[ "$taken" == *" $port "* ]]; do
    port=$((port + 1))
  done
  echo "$port"
}

random_key() {
  head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'
}

# The time a process began tells it from a later one with the same id. Empty where /proc is missing.
birth_of() {
  local stat=""
  [[ -r "/proc/$1/stat" ]] && stat="$(cat "/proc/$1/stat" 2>/dev/null)"
  [[ -z "$stat" ]] && return
  # The name of the program, in parentheses, may have spaces.
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  echo "${20}"
}

# Print the id of a part's process, if it runs.
running() {
  local pid birth
  [[ -f "$state/pids/$1" ]] || return 1
  read -r pid birth <"$state/pids/$1" || [[ -n "${pid:-}" ]] || return 1
  # Those of other users run too.
  kill -0 "$pid" 2>/dev/null || [[ -d "/proc/$pid" ]] || return 1
  [[ "$(birth_of "$pid")" == "$birth" ]] || return 1
  # One that ended and was not waited for is not running.
  [[ "$(sed 's/.*) //; s/ .*//' "/proc/$pid/stat" 2>/dev/null)" != Z ]] || return 1
  echo "$pid"
}

# launch PART COMMAND...: in the background, apart from the terminal and from this script.
launch() {
  local part="$1" pid
  shift
  if command -v setsid >/dev/null; then
    setsid "$@" </dev/null >>"$state/logs/$part.log" 2>&1 &
  else
    nohup "$@" </dev/null >>"$state/logs/$part.log" 2>&1 &
  fi
  pid=$!
  disown "$pid"
  echo "$pid $(birth_of "$pid")" >"$state/pids/$part"
}

# await PART SECONDS CONDITION...: until the condition holds, or the part has ended.
await() {
  local part="$1" deadline=$((SECONDS + $2))
  shift 2
  until "$@"; do
    if ! running "$part" >/dev/null || ((SECONDS >= deadline)); then
      echo "$part did not start; the end of $state/logs/$part.log:" >&2
      tail -n 20 "$state/logs/$part.log" >&2
      return 1
    fi
    sleep 0.1
  done
}

says() { # PORT REQUEST ANSWER
  local line=""
  exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
  printf "$2" >&3
  read -r -t 2 line <&3 || true
  exec 3>&-
  [[ "$line" == *"$3"* ]]
}

speaks() {
  says "$@" 2>/dev/null
}

start_redis() {
  launch redis "$REDIS_SERVER" --port "$REDIS_PORT" --bind 127.0.0.1 --save "" --appendonly no \
    --daemonize no --dir "$state" --maxmemory-policy noeviction
  await redis 30 speaks "$REDIS_PORT" 'PING\r\n' PONG
}

# PostgreSQL refuses to run as root.
as_ordinary_user() {
  if ((EUID != 0)); then
    "$@"
  elif unshare -U true 2>/dev/null; then
    unshare -U "$@"
  else
    chown -R nobody "$POSTGRES_DATA"
    setpriv --reuid=nobody --clear-groups "$@"
  fi
}

create_database() {
  mkdir -p "$POSTGRES_DATA"
  chmod 700 "$POSTGRES_DATA"
  (
    cd "$POSTGRES_DATA"
    umask 077
    echo "$DATABASE_PASSWORD" >password
    as_ordinary_user "$POSTGRES_BIN/initdb" -D "$POSTGRES_DATA/data" -U ratelimit -A scram-sha-256 \
      --pwfile=password -E UTF8 --no-locale --no-sync
    rm password
    echo 'create database ratelimit' | as_ordinary_user "$POSTGRES_BIN/postgres" --single -D "$POSTGRES_DATA/data" postgres
  ) >>"$state/logs/postgres.log" 2>&1 || {
    tail -n 20 "$state/logs/postgres.log" >&2
    return 1
  }
}

start_postgres() {
  [[ -d "$POSTGRES_DATA/data" ]] || create_database
  local command=("$POSTGRES_BIN/postgres" -D "$POSTGRES_DATA/data" -p "$POSTGRES_PORT"
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=40 -c fsync=off)
  if ((EUID != 0)); then
    launch postgres "${command[@]}"
  elif unshare -U true 2>/dev/null; then
    launch postgres unshare -U "${command[@]}"
  else
    launch postgres setpriv --reuid=nobody --clear-groups "${command[@]}"
  fi
  await postgres 60 postgres_is_ready
}

postgres_is_ready() {
  answers_on "$POSTGRES_PORT" && head -n 1 "$POSTGRES_DATA/data/postmaster.pid" >/dev/null 2>&1 &&
    sed -n 8p "$POSTGRES_DATA/data/postmaster.pid" | grep -q ready
}

# launch_instance NUMBER
launch_instance() {
  local number="$1" port application
  port="$(instance_port "$number")"
  if [[ -n "$SAMPLE_CLASS_PATH" ]]; then
    application=(-cp "$SAMPLE_CLASS_PATH" io.github.ratelimit.sample.SampleApplication)
  else
    application=(-jar "$SAMPLE_JAR")
  fi
  local java_args app_args
  read -r -a java_args <<<"$JAVA_ARGS"
  read -r -a app_args <<<"$APP_ARGS"
  # Secrets go by the environment, which other users of the machine do not see.
  SPRING_PROFILES_ACTIVE=service \
    REDIS_URL="redis://127.0.0.1:$REDIS_PORT" \
    SPRING_DATASOURCE_URL="jdbc:postgresql://127.0.0.1:$POSTGRES_PORT/ratelimit" \
    SPRING_DATASOURCE_USERNAME=ratelimit \
    SPRING_DATASOURCE_PASSWORD="$DATABASE_PASSWORD" \
    RATELIMIT_SERVICE_APIKEY="$API_KEY" \
    RATELIMIT_SERVICE_ADMINAPIKEY="$ADMIN_API_KEY" \
    launch "instance$number" "$JAVA" "${java_args[@]}" "${application[@]}" \
    --server.port="$port" --server.address=127.0.0.1 "${app_args[@]}"
}

instance_port() {
  local ports
  read -r -a ports <<<"$INSTANCE_PORTS"
  echo "${ports[$1 - 1]}"
}

await_instance() {
  await "instance$1" 120 speaks "$(instance_port "$1")" 'GET /actuator/health/readiness HTTP/1.0\r\nHost: localhost\r\n\r\n' ' 200'
}

start_instance() {
  launch_instance "$1"
  await_instance "$1"
}

start_nginx() {
  mkdir -p "$state/nginx"
  {
    echo "worker_processes 1;"
    echo "daemon off;"
    echo "pid $state/nginx/pid;"
    echo "error_log stderr warn;"
    ((EUID != 0)) || echo "user root;"
    echo "events { worker_connections 1024; }"
    echo "http {"
    echo "  access_log off;"
    for path in client_body proxy fastcgi uwsgi scgi; do
      echo "  ${path}_temp_path $state/nginx/$path;"
    done
    echo "  upstream limiter {"
    echo "    least_conn;"
    for port in $INSTANCE_PORTS; do
      echo "    server 127.0.0.1:$port max_fails=3 fail_timeout=10s;"
    done
    echo "    keepalive 64;"
    echo "  }"
    echo "  server {"
    echo "    listen 127.0.0.1:$PORT;"
    echo "    keepalive_requests 1000000;"
    echo "    include $root/deploy/nginx/service.conf;"
    echo "  }"
    echo "}"
  } >"$state/nginx/nginx.conf"
  launch nginx "$NGINX" -p "$state/nginx" -e stderr -c "$state/nginx/nginx.conf"
  await nginx 30 speaks "$PORT" 'GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n' HTTP/1
}

start_part() {
  case "$1" in
    redis | postgres | nginx) "start_$1" ;;
    instance[0-9]*) start_instance "${1#instance}" ;;
    *) fail "There is no part $1" ;;
  esac
}

# stop_part PART: and wait until it has ended.
stop_part() {
  local pid deadline=$((SECONDS + 25)) signal=TERM
  if pid="$(running "$1")"; then
    [[ "$1" != postgres ]] || signal=INT # what ends it without waiting for its clients
    kill -s "$signal" "$pid" 2>/dev/null || true
    kill -s CONT "$pid" 2>/dev/null || true # one that was frozen hears of it only now
    while running "$1" >/dev/null; do
      if ((SECONDS >= deadline)); then
        kill -s KILL "$pid" 2>/dev/null || true
        deadline=$((SECONDS + 10))
      fi
      sleep 0.1
    done
  fi
  rm -f "$state/pids/$1"
}

all_parts() {
  local number=0
  [[ "$NGINX" == none ]] || echo nginx
  for _ in $INSTANCE_PORTS; do
    number=$((number + 1))
    echo "instance$number"
  done
  echo postgres
  echo redis
}

# The parts of which there is a file, those last that others need: what was started, whatever the settings say.
started_parts() {
  local part
  for part in $(ls -r "$state/pids" 2>/dev/null | grep -v -x -e postgres -e redis) postgres redis; do
    [[ ! -f "$state/pids/$part" ]] || echo "$part"
  done
}

# Stop what was started and remove all but the logs.
stop_all() {
  local part
  for part in $(started_parts); do
    stop_part "$part"
  done
  [[ -z "$POSTGRES_DATA" ]] || rm -rf "$POSTGRES_DATA"
  rm -rf "$state/pids" "$state/nginx" "$state/settings" "$state/key" "$state/admin-key"
}
