-- Writes the restrictions of a workload, if it has not changed since it was read. Needs event, guard.
-- KEYS: workload, events
-- ARGV: now, events kept, workload, seconds that a workload without a record is kept, the arguments of guard
-- Returns 1, or 0 when something changed since.
local workload, events = unpack(KEYS)
if not holds(workload, 5) then return 0 end
write(workload, 5)
emit_all(events, ARGV[2], ARGV[1], ARGV[3], 5)
if redis.call('HEXISTS', workload, 'record') == 0 and redis.call('HEXISTS', workload, 'active') == 0 then
  redis.call('EXPIRE', workload, ARGV[4])
end
return 1
