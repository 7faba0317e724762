#!/usr/bin/env bash
# Prints pipeline.settings as outputs of a step, and who waits for a review: of
# several environments the last, production, comes through a pull request.
set -euo pipefail

file=$(dirname "$0")/pipeline.settings
grep --extended-regexp '^(image|region|role)=' "$file"

read -ra environments <<< "$(sed -n 's/^environments=//p' "$file")"
json() { jq --null-input --compact-output '$ARGS.positional' --args -- "$@"; }
if [ "${#environments[@]}" -gt 1 ]; then
  echo "direct=$(json "${environments[@]:0:${#environments[@]}-1}")"
  echo "reviewed=$(json "${environments[-1]}")"
else
  echo "direct=$(json "${environments[@]}")"
  echo 'reviewed=[]'
fi
