-- Counts how updates end, by workload, and stops new rollouts where so many fail at once that the images are probably not the cause: of a namespace, or
-- of all. Needs event, space.

-- What failed or succeeded within the window, by namespace; of failures also the repository that failed there first.
local function tally(key)
  local result = { total = 0, by = {}, repository = {} }
  local seen = {}
  for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do
    local workload, repository = string.match(member, '^(%S+) ?(.*)$')
    if not seen[workload] then
      seen[workload] = true
      local space = space_of(workload)
      result.by[space] = (result.by[space] or 0) + 1
      result.repository[space] = result.repository[space] or repository
      result.total = result.total + 1
    end
  end
  return result
end

-- Namespaces in which more failed than succeeded, and the others. Of each count few failures and one repository: none outweighs the rest, whether it fails
-- or succeeds a thousand times.
local function sides(bad, good, most)
  local result = { failing = 0, others = 0, failures = 0, repositories = 0 }
  local repositories = {}
  for space, count in pairs(bad.by) do
    if count > (good.by[space] or 0) then
      result.failing = result.failing + 1
      result.failures = result.failures + math.min(count, most)
      local repository = bad.repository[space]
      if not repositories[repository] then
        repositories[repository] = true
        result.repositories = result.repositories + 1
      end
    else
      result.others = result.others + 1
    end
  end
  for space in pairs(good.by) do
    if not bad.by[space] then result.others = result.others + 1 end
  end
  return result
end

-- How many namespaces have a workload with a record.
local function spaces_in(workloads)
  local count, seen = 0, {}
  for _, id in ipairs(redis.call('ZRANGE', workloads, 0, -1)) do
    local space = space_of(id)
    if not seen[space] then seen[space], count = true, count + 1 end
  end
  return count
end

local function count(keys, max, now, workload, outcome, rule)
  local failed, succeeded, stop, stops, workloads, events = unpack(keys)
  local repository, window, minimum, several, most, share, of_all, of_one = unpack(rule)
  local own = outcome == 'failed' and failed or succeeded
  redis.call('ZADD', own, now, outcome == 'failed' and workload .. ' ' .. repository or workload)
  redis.call('PEXPIRE', own, window)
  if outcome ~= 'failed' or redis.call('EXISTS', stop) == 1 then return end

  local before = string.format('(%.0f', tonumber(now) - tonumber(window))
  for _, key in ipairs({ failed, succeeded }) do redis.call('ZREMRANGEBYSCORE', key, '-inf', before) end
  local bad, good = tally(failed), tally(succeeded)
  minimum, several = tonumber(minimum), tonumber(several)

  local side = sides(bad, good, tonumber(most))
  local is_wide = side.failing >= several and side.repositories >= several and side.failing > side.others
  if side.failures >= minimum and is_wide and side.failing * tonumber(share) >= spaces_in(workloads) then
    local text = string.format(of_all, bad.total, side.failing, good.total)
    redis.call('HSET', stop, 'message', text, 'at', now)
    emit(events, max, now, 'cluster', '', '', 'stopped', text)
    return
  end

  local space = space_of(workload)
  local here, well = bad.by[space] or 0, good.by[space] or 0
  if here < minimum or here <= well or redis.call('HEXISTS', stops, space) == 1 then return end
  local text = string.format(of_one, here, space, well)
  redis.call('HSET', stops, space, now .. ' ' .. text)
  emit(events, max, now, 'namespace', space, '', 'stopped', text)
end
