-- Reads the last arguments, from `first` on: how many triples follow, triples of field, expected value and new value ('' for none), then events as
-- type, rollout, name, message. Needs event.

-- Whether every field still has its expected value.
local function holds(key, first)
  for i = first + 1, first + 3 * tonumber(ARGV[first]), 3 do
    if (redis.call('HGET', key, ARGV[i]) or '') ~= ARGV[i + 1] then return false end
  end
  return true
end

local function write(key, first)
  for i = first + 1, first + 3 * tonumber(ARGV[first]), 3 do
    local field, before, new = ARGV[i], ARGV[i + 1], ARGV[i + 2]
    if new ~= before then
      if new == '' then redis.call('HDEL', key, field) else redis.call('HSET', key, field, new) end
    end
  end
end

local function emit_all(events, max, now, workload, first)
  for i = first + 1 + 3 * tonumber(ARGV[first]), #ARGV, 4 do
    emit(events, max, now, ARGV[i], workload, ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
  end
end
