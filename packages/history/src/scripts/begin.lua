-- Begins a rollout, if the workload has not changed since it was read. Needs id, event, guard, create, space.
-- KEYS: the eight of create, stop of all, unproven, stops of namespaces
-- ARGV: now, rollouts kept, events kept, workload, active or unproven id read, its record read, its record superseded, new record, message,
--   '1' when a stop prevents it, the arguments of guard
-- Returns the new id, or nothing.
local rollouts, active, workload, events, stop, unproven, stops = KEYS[1], KEYS[3], KEYS[5], KEYS[8], KEYS[9], KEYS[10], KEYS[11]
local now, keep, max, id, older, read, superseded, record, message = unpack(ARGV, 1, 9)

if (redis.call('HGET', workload, 'active') or redis.call('HGET', workload, 'unproven') or '') ~= older then return false end
if older ~= '' and (redis.call('HGET', rollouts, older) or '') ~= read then return false end
if ARGV[10] == '1' and (redis.call('EXISTS', stop) == 1 or redis.call('HEXISTS', stops, space_of(id)) == 1) then return false end
if not holds(workload, 11) then return false end

-- First a write that a full Redis refuses: after the first write, Redis lets a script finish.
if superseded ~= '' then redis.call('HSET', rollouts, older, superseded) end
write(workload, 11)
if older ~= '' then
  redis.call('SREM', active, older)
  redis.call('SREM', unproven, older)
  redis.call('HDEL', workload, 'unproven')
end
if superseded ~= '' then emit(events, max, now, 'rollout', id, older, 'superseded', '') end
emit_all(events, max, now, id, 11)
return create(now, keep, max, id, record, message)
