-- Ends the stop of everything, and forgets what led to it. Needs event.
-- KEYS: stop, workloads that failed, workloads that succeeded, events
-- ARGV: now, events kept
-- Returns the sentence and the time of the stop that there was.
local stop, failed, succeeded, events = unpack(KEYS)
local there, before = redis.call('EXISTS', stop), redis.call('HMGET', stop, 'message', 'at')
redis.call('DEL', stop, failed, succeeded)
if there == 1 then emit(events, ARGV[2], ARGV[1], 'cluster', '', '', 'resumed', '') end
return before
