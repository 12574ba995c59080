#!/usr/bin/env bash
# plan.sh REF BEFORE AFTER: what the push that moved REF (refs/heads/… or refs/tags/…) from commit BEFORE to AFTER is to run, as lines for GITHUB_OUTPUT.
# The same as .gitlab/jobs.yml and apps/*/build.yml say: a new branch, whose BEFORE is all zeros, counts as a change of everything; a git tag releases
# Keelson.
set -euo pipefail
ref=$1 before=$2 after=$3
name=${ref#refs/*/}
release=false
[[ $ref != refs/tags/* ]] || release=true
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

everything=false
# After a forced push the commit before may be gone.
git cat-file -e "$before^{commit}" 2>/dev/null || everything=true
changed=
# A file that moved has changed in both places.
[[ $everything == true ]] || changed=$(git -c core.quotePath=false diff --name-only --no-renames "$before" "$after")

# touched REGEXP: whether a path that it matches from its start has changed.
touched() {
  [[ $release == false ]] || return 1
  [[ $everything == true ]] || grep -Eq "^($1)" <<<"$changed"
}

# list NAME ITEM…: a line with a JSON array.
list() {
  local name=$1 IFS=,
  shift
  printf '%s=[%s]\n' "$name" "$*"
}

apps=() images=()
# An app of its own: built in its folder.
while IFS= read -r file; do
  app=$(cut -d/ -f2 <<<"$file")
  if touched "apps/$app/"; then
    apps+=("\"$app\"")
    images+=("{\"name\":\"$app\",\"context\":\"apps/$app/app\",\"dockerfile\":\"$file\"}")
  fi
done < <(git ls-tree -r --name-only "$after" -- apps | grep -E '^apps/[^/]+/app/Dockerfile$')

# Keelson's own: built of the whole workspace.
while IFS= read -r file; do
  app=$(cut -d/ -f2 <<<"$file")
  if [[ $release == true ]] || touched "apps/$app/|packages/|(\.dockerignore|package\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|turbo\.json)$"; then
    images+=("{\"name\":\"keelson-$app\",\"context\":\".\",\"dockerfile\":\"$file\"}")
  fi
done < <(git ls-tree -r --name-only "$after" -- apps | grep -E '^apps/[^/]+/Dockerfile$')

platform=false
folders='\.github/|\.gitlab/|apps/(api|cli|worker)/|clusters/|infrastructure/|packages/|scripts/'
files='[^/]+\.(json|ts|yaml|yml)|\.(docker|source)ignore|apps/[^/]+/[^/]+\.(yaml|yml)|apps/[^/]+/app/Dockerfile'
if touched "$folders|($files)$"; then platform=true; fi

renovate=false
if touched 'renovate\.json$'; then renovate=true; fi

slug=$("$here/slug.sh" "$name")
tag=dev-$slug
[[ $name != main ]] || tag=latest
[[ $release == false ]] || tag=$name

list apps "${apps[@]}"
list images "${images[@]}"
echo "platform=$platform"
echo "renovate=$renovate"
echo "slug=$slug"
echo "tag=$tag"
