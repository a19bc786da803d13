#!/usr/bin/env bash
# The main job, from an empty machine: AWS in a box, a run, a deployment, a run of what was deployed.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"

show() { printf '\n\033[1m$ %s\033[0m\n' "${*@Q}"; "$@"; }

show flyte start devbox
show flyte run examples/greeting.py greet --message "Good morning!"
show flyte deploy examples/greeting.py env
show flyte run deployed-task greeting_env.greet --message "World"

cat <<'NEXT'

That was your function on Lambda, tracked by Step Functions, through API Gateway, all of it on this machine.
What to try next:
  source .venv/bin/activate
  flyte get run                          every run, with its phase
  flyte get task greeting_env.greet      the versions of the deployed task
  flyte get logs RUN                     what a run printed
  flyte stop devbox                      stop it; what you made is kept
NEXT
