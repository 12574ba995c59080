-- Begins a rollout, if the workload is still as it was read. Needs id, event, guard.
-- KEYS: rollouts, index, active, sequence, workload, rollouts of the workload, histories in its namespace, events
-- ARGV: now, rollouts kept, events kept, workload, active id read, its record read, its record superseded, new record, reason, digest triples…
-- Returns the new id, or nothing.
local rollouts, index, active, sequence, workload, of, histories, events = unpack(KEYS)
local now, keep, max, id = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local older, read, superseded = ARGV[5], ARGV[6], ARGV[7]

if (redis.call('HGET', workload, 'active') or '') ~= older then return false end
if older ~= '' and (redis.call('HGET', rollouts, older) or '') ~= read then return false end
if not holds(workload, 10) then return false end

local number = next_number(sequence, now)
local new = id_of(number)
redis.call('SET', sequence, string.format('%.0f', number))
redis.call('HSET', rollouts, new, ARGV[8])
redis.call('XADD', index, entry_of(new), '', '')
redis.call('SADD', active, new)
redis.call('ZADD', of, 0, new)
redis.call('ZADD', histories, string.format('%.0f', number), id)
redis.call('HSET', workload, 'active', new, 'latest', new)
write(workload, 10)

if older ~= '' then
  redis.call('SREM', active, older)
  if superseded ~= '' then
    redis.call('HSET', rollouts, older, superseded)
    emit(events, max, now, 'rollout', id, older, 'superseded', '')
  end
end
emit(events, max, now, 'rollout', id, new, 'pending', ARGV[9])

-- At most a hundred at once: the rest follows with the next rollouts when the retention was lowered.
local over = math.min(redis.call('ZCARD', of) - keep, 100)
if over > 0 then
  for _, old in ipairs(redis.call('ZRANGE', of, 0, over - 1)) do
    redis.call('HDEL', rollouts, old)
    redis.call('XDEL', index, entry_of(old))
    redis.call('ZREM', of, old)
  end
end
return new
