-- Creates a rollout, makes it the active one of its workload, and removes the oldest ones past the retention. Needs id, event.
-- KEYS, the first eight: rollouts, index, active, sequence, workload, rollouts of the workload, histories in its namespace, events
-- Returns the new id.
local function create(now, keep, max, id, record, message)
  local rollouts, index, active, sequence, workload, of, histories, events = unpack(KEYS)

  local number = next_number(sequence, now)
  local new = id_of(number)
  redis.call('SET', sequence, string.format('%.0f', number))
  redis.call('HSET', rollouts, new, record)
  redis.call('XADD', index, entry_of(new), '', '')
  redis.call('SADD', active, new)
  redis.call('ZADD', of, 0, new)
  redis.call('ZADD', histories, string.format('%.0f', number), id)
  redis.call('HSET', workload, 'active', new, 'latest', new)
  redis.call('PERSIST', workload)
  emit(events, max, now, 'rollout', id, new, 'pending', message)

  -- At most a hundred at once: after the retention was lowered, the next rollouts remove the rest.
  local over = math.min(redis.call('ZCARD', of) - tonumber(keep), 100)
  if over > 0 then
    for _, old in ipairs(redis.call('ZRANGE', of, 0, over - 1)) do
      redis.call('HDEL', rollouts, old)
      redis.call('XDEL', index, entry_of(old))
      redis.call('ZREM', of, old)
    end
  end
  return new
end
