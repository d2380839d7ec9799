#!/bin/sh
# bot.sh DIR HEALTH [ARGUMENT...]: takes the release in DIR of a Git checkout to its
# end, a commit a step. HEALTH waits until the cluster has the last commit, and fails
# when the release must not go on: then it is rolled back, and left for people to see.
set -eu
dir=$1; shift
out=$(mktemp -d); trap 'rm -r "$out"' EXIT
get() { "${JQ:-jq}" -j "$1" "$out/json"; }
run() { # runs a command and commits what it has written
  code=0; "${GITOPS:-gitops}" -dir "$dir" -format json "$@" >"$out/json" || code=$?
  case $code in 0 | 3) get .message >"$out/message" ;; *) exit "$code" ;; esac
  [ -s "$out/message" ] || return 0
  git -C "$dir" add -A . && git -C "$dir" commit -qF "$out/message" && git -C "$dir" push -q
}
while "$@"; do
  run status
  step=$(get '.next[0].command // "write a new plan"')
  case $step in
    prepare | start | promote | finish | cleanup) run "$step" -revision "$(get .revision)" ;; # after 3 the loop asks again
    *) echo "$(get .place.text): people must go on: $step" >&2; exit 1 ;;
  esac
  case $(get '"\(.command) \(.result) \(.again)"') in "cleanup done false") exit 0 ;; esac
done
code=3; while [ "$code" = 3 ]; do run rollback; done
exit 1
