-- Removes rollouts of one workload, never one that is under way. Needs id.
-- KEYS: rollouts, index, active, workload, rollouts of the workload
-- ARGV: ids…
-- Returns how many were removed.
local rollouts, index, active, workload, of = unpack(KEYS)
local removed = 0
for _, id in ipairs(ARGV) do
  if redis.call('SISMEMBER', active, id) == 0 then
    removed = removed + redis.call('HDEL', rollouts, id)
    redis.call('XDEL', index, entry_of(id))
    redis.call('ZREM', of, id)
    if redis.call('HGET', workload, 'latest') == id then redis.call('HDEL', workload, 'latest') end
  end
end
return removed
