#!/bin/sh
# What docs/deploy.md asks for every night, in the container of its own that compose.yaml starts. The first round runs
# at once. A step that fails is named on stderr and does not keep back the next one. `--once` ends after one round.

step() {
    python manage.py "$@" || echo "nightly: $1 failed" >&2
}

while :; do
    step purge_expired
    step clearsessions
    step prune_db_task_results
    step verify_audit
    [ "$1" = --once ] && exit
    sleep 86400
done
