-- Forgets a workload but for its rollouts. One that is under way keeps its claim until it ends. Needs event.
-- KEYS: workload, workloads, events
-- ARGV: now, events kept, id, prefix of the index's keys
local workload, workloads, events = unpack(KEYS)
local id, prefix = ARGV[3], ARGV[4]

if redis.call('ZREM', workloads, id) == 0 then return 0 end
for path, rest in string.gmatch(redis.call('HGET', workload, 'images') or '', '([^ \n]+) ([^\n]*)') do
  redis.call('SREM', prefix .. path, rest .. ' ' .. id)
end
local active = redis.call('HGET', workload, 'active')
redis.call('DEL', workload)
if active then redis.call('HSET', workload, 'active', active, 'gone', '1') end
emit(events, ARGV[2], ARGV[1], 'workload', id, '', 'removed', '')
return 1
