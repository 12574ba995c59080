-- The namespace of a workload, as `namespaceOf` of packages/core says it.
local function space_of(workload)
  return string.match(workload, '^([^/]*)/') or ''
end
