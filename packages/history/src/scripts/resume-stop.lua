-- Ends the stop of one namespace, or every stop, and removes the failures and successes that were counted for it. Needs event, space.
-- KEYS: stop of all, stops of namespaces, workloads that failed, workloads that succeeded, events
-- ARGV: now, events kept, namespace ('' for all)
-- Returns the stop of all that ended, as fields and values, and those of namespaces.
local stop, stops, failed, succeeded, events = unpack(KEYS)
local now, max, only = unpack(ARGV)

if only ~= '' then
  local ended = redis.call('HGET', stops, only)
  redis.call('HDEL', stops, only)
  for _, key in ipairs({ failed, succeeded }) do
    for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do
      if space_of(member) == only then redis.call('ZREM', key, member) end
    end
  end
  if not ended then return { {}, {} } end
  emit(events, max, now, 'namespace', only, '', 'resumed', '')
  return { {}, { only, ended } }
end

local all, single = redis.call('HGETALL', stop), redis.call('HGETALL', stops)
redis.call('DEL', stop, stops, failed, succeeded)
if #all > 0 then emit(events, max, now, 'cluster', '', '', 'resumed', '') end
for i = 1, #single, 2 do emit(events, max, now, 'namespace', single[i], '', 'resumed', '') end
return { all, single }
