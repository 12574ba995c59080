-- Stores the record of a workload, and updates the index of images. Needs event.
-- KEYS: workload, workloads, events, workloads removed from its namespace
-- ARGV: now, events kept, id, record, images as lines of `PATH HOST TAG`, prefix of the keys of the index, the most containers whose digests are kept,
--   fields of the digests of its containers…
local workload, workloads, events, removed = unpack(KEYS)
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
redis.call('ZREM', removed, id)
redis.call('PERSIST', workload)
redis.call('ZADD', workloads, 0, id)

-- Containers may be renamed at each change: those that it has no longer are forgotten once there are too many.
local has, known = {}, {}
for i = 8, #ARGV do has[ARGV[i]] = true end
for _, field in ipairs(redis.call('HKEYS', workload)) do
  if string.sub(field, 1, 2) == 'd:' then known[#known + 1] = field end
end
if #known > tonumber(ARGV[7]) then
  for _, field in ipairs(known) do
    if not has[field] then redis.call('HDEL', workload, field) end
  end
end
emit(events, ARGV[2], ARGV[1], 'workload', id, '', before and 'changed' or 'added', '')
return 1
