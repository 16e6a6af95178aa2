#!/bin/sh
# One word chooses the role: web, live, worker, code, dispatcher or migrate. Anything after `manage` goes to manage.py.
set -eu

case "${1:-web}" in
  manage)
    shift
    exec python manage.py "$@"
    ;;
  *)
    exec python -m gorax.stack serve "${1:-web}"
    ;;
esac
