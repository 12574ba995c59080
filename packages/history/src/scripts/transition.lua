-- Moves a rollout on, if it is still as it was read. Needs event, guard.
-- KEYS: rollouts, active, workload, events
-- ARGV: now, events kept, workload, id, record read, new record, '1' when this is its end, state, message, digest triples…
-- Returns 1, or 0 when something changed since.
local rollouts, active, workload, events = unpack(KEYS)
local now, max, id = ARGV[1], ARGV[2], ARGV[4]

if redis.call('HGET', rollouts, id) ~= ARGV[5] then return 0 end
if not holds(workload, 10) then return 0 end

redis.call('HSET', rollouts, id, ARGV[6])
write(workload, 10)
if ARGV[7] == '1' then
  redis.call('SREM', active, id)
  if redis.call('HGET', workload, 'active') == id then redis.call('HDEL', workload, 'active') end
  -- The workload was removed while this was under way, and its record waited for the end.
  if redis.call('HEXISTS', workload, 'gone') == 1 then redis.call('DEL', workload) end
end
emit(events, max, now, 'rollout', ARGV[3], id, ARGV[8], ARGV[9])
return 1
