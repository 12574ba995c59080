-- Stores the record of a workload, and updates the index of images. Needs event.
-- KEYS: workload, workloads, events
-- ARGV: now, events kept, id, record, images as lines of `PATH HOST TAG`, prefix of the keys of the index
local workload, workloads, events = unpack(KEYS)
local id, record, images, prefix = ARGV[3], ARGV[4], ARGV[5], ARGV[6]

local before = redis.call('HGET', workload, 'record')
if before == record then return 0 end

local function each(lines, visit)
  for path, rest in string.gmatch(lines, '([^ \n]+) ([^\n]*)') do visit(prefix .. path, rest .. ' ' .. id) end
end
each(redis.call('HGET', workload, 'images') or '', function(key, member) redis.call('SREM', key, member) end)
each(images, function(key, member) redis.call('SADD', key, member) end)

redis.call('HSET', workload, 'record', record, 'images', images)
redis.call('HDEL', workload, 'gone')
redis.call('PERSIST', workload)
redis.call('ZADD', workloads, 0, id)
emit(events, ARGV[2], ARGV[1], 'workload', id, '', before and 'changed' or 'added', '')
return 1
