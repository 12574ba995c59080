-- Ends the stop of all rollouts, and removes the counted failures and successes. Needs event.
-- KEYS: stop, workloads that failed, workloads that succeeded, events
-- ARGV: now, events kept
-- Returns the message and the time of the stop that ended. Releases before 0.2 stored the message as `sentence`.
local stop, failed, succeeded, events = unpack(KEYS)
local there = redis.call('EXISTS', stop)
local message, old, at = unpack(redis.call('HMGET', stop, 'message', 'sentence', 'at'))
redis.call('DEL', stop, failed, succeeded)
if there == 1 then emit(events, ARGV[2], ARGV[1], 'cluster', '', '', 'resumed', '') end
return { message or old, at }
