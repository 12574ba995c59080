-- Stores the result of the last check of a workload, and emits an event when its code changed. Needs event.
-- KEYS: workload, events
-- ARGV: now, events kept, id, check, code, message
local workload, events = unpack(KEYS)
if redis.call('HEXISTS', workload, 'record') == 0 then return 0 end

local before = redis.call('HGET', workload, 'code')
redis.call('HSET', workload, 'check', ARGV[4], 'code', ARGV[5])
if before ~= ARGV[5] then emit(events, ARGV[2], ARGV[1], 'check', ARGV[3], '', ARGV[5], ARGV[6]) end
return 1
