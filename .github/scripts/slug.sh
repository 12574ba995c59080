#!/usr/bin/env bash
# slug.sh NAME: what GitLab's CI_COMMIT_REF_SLUG is for a branch of that name, so that both build the same tags.
# Lower case, each other character one '-', the first 63, and then no '-' at either end.
set -euo pipefail
# By characters and not by bytes.
export LC_ALL=C.UTF-8

slug=${1,,}
slug=${slug//[^a-z0-9]/-}
slug=${slug:0:63}
while [[ $slug == -* ]]; do slug=${slug#-}; done
while [[ $slug == *- ]]; do slug=${slug%-}; done
printf '%s\n' "$slug"
