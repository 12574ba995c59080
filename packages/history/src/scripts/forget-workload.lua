-- Forgets what is kept of a workload that was removed. One that was created again meanwhile stays, and so does one with a rollout under way.
-- KEYS: workload, workloads removed from its namespace
-- ARGV: id
local workload, removed = unpack(KEYS)
if redis.call('HEXISTS', workload, 'record') == 0 and redis.call('HEXISTS', workload, 'active') == 0 then redis.call('DEL', workload) end
return redis.call('ZREM', removed, ARGV[1])
