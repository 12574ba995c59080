-- Removes rollouts of one workload, never one that is under way. Needs id.
-- KEYS: rollouts, index, active, workload, rollouts of the workload, histories in its namespace, unproven
-- ARGV: id of the workload, ids…
-- Returns how many were removed.
local rollouts, index, active, workload, of, histories, unproven = unpack(KEYS)
local removed = 0
for i = 2, #ARGV do
  local id = ARGV[i]
  if redis.call('SISMEMBER', active, id) == 0 then
    removed = removed + redis.call('HDEL', rollouts, id)
    redis.call('XDEL', index, entry_of(id))
    redis.call('ZREM', of, id)
    redis.call('SREM', unproven, id)
    if redis.call('HGET', workload, 'unproven') == id then redis.call('HDEL', workload, 'unproven') end
    if redis.call('HGET', workload, 'latest') == id then redis.call('HDEL', workload, 'latest') end
  end
end
if redis.call('EXISTS', of) == 0 then redis.call('ZREM', histories, ARGV[1]) end
return removed
