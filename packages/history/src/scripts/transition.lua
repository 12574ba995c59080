-- Moves a rollout to its next state, if it has not changed since it was read, together with the consequences of its end. Needs id, event, guard, create, space, wave.
-- KEYS: the eight of create, workloads that failed, workloads that succeeded, stop of all, unproven, stops of namespaces, workloads
-- ARGV: now, rollouts kept, events kept, workload, id, record read, new record, what becomes of its claim ('ends', 'rests' as unproven, 'returns', '' for none), state, message,
--   record of the rollback that follows ('' for none), its message, seconds that a removed workload is kept,
--   how it counts ('failed', 'succeeded' or ''), the eight of wave's rule, the arguments of guard
-- Returns 1, or 0 when something changed since.
local rollouts, active, workload, events, unproven = KEYS[1], KEYS[3], KEYS[5], KEYS[8], KEYS[12]
local now, keep, max, of, id, read, record, claim, state, message, rollback, text, kept = unpack(ARGV, 1, 13)

if redis.call('HGET', rollouts, id) ~= read then return 0 end
if not holds(workload, 23) then return 0 end

redis.call('HSET', rollouts, id, record)
write(workload, 23)
if claim == 'rests' then
  redis.call('SADD', unproven, id)
  redis.call('HSET', workload, 'unproven', id)
elseif claim ~= '' and redis.call('SREM', unproven, id) == 1 and redis.call('HGET', workload, 'unproven') == id then
  redis.call('HDEL', workload, 'unproven')
end
if claim == 'returns' then
  redis.call('SADD', active, id)
  redis.call('HSET', workload, 'active', id)
elseif claim ~= '' then
  redis.call('SREM', active, id)
  if redis.call('HGET', workload, 'active') == id then redis.call('HDEL', workload, 'active') end
  -- The workload was removed while this rollout was under way: what is kept of it expires from now on.
  if redis.call('HEXISTS', workload, 'record') == 0 then
    redis.call('HDEL', workload, 'gone')
    redis.call('EXPIRE', workload, kept)
  end
end
emit(events, max, now, 'rollout', of, id, state, message)
emit_all(events, max, now, of, 23)
if ARGV[14] ~= '' then
  count({ KEYS[9], KEYS[10], KEYS[11], KEYS[13], KEYS[14], events }, max, now, of, ARGV[14], { unpack(ARGV, 15, 22) })
end
if rollback ~= '' then create(now, keep, max, of, rollback, text) end
return 1
