-- Removes a workload. Its digests, quarantine and hold are kept for some time, in case it is created again. A rollout that is under way keeps its
-- claim until it ends. Needs event.
-- KEYS: workload, workloads, events, workloads removed from its namespace
-- ARGV: now, events kept, id, prefix of the keys of the index, seconds that the rest is kept
local workload, workloads, events, removed = unpack(KEYS)
local id, prefix = ARGV[3], ARGV[4]

if redis.call('ZREM', workloads, id) == 0 then return 0 end
for path, rest in string.gmatch(redis.call('HGET', workload, 'images') or '', '([^ \n]+) ([^\n]*)') do
  redis.call('SREM', prefix .. path, rest .. ' ' .. id)
end
redis.call('HDEL', workload, 'record', 'images', 'check', 'code', 'reverted')
if redis.call('EXISTS', workload) == 1 then
  redis.call('ZADD', removed, ARGV[1], id)
  redis.call('EXPIRE', removed, ARGV[5])
end
if redis.call('HEXISTS', workload, 'active') == 1 then
  redis.call('HSET', workload, 'gone', '1')
else
  redis.call('EXPIRE', workload, ARGV[5])
end
emit(events, ARGV[2], ARGV[1], 'workload', id, '', 'removed', '')
return 1
