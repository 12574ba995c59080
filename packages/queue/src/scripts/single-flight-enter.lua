-- KEYS: value, lock, gap. ARGV: not before, token, lock milliseconds, gap milliseconds, now.
-- Returns 'kept', started, value; or 'wait', milliseconds at most (another process produces); or 'gap', milliseconds; or 'go' (the lock is ours).
local kept = redis.call('GET', KEYS[1])
if kept then
  local started, value = string.match(kept, '^(%d+) (.*)$')
  if started and tonumber(started) >= tonumber(ARGV[1]) then return { 'kept', started, value } end
end
local left = redis.call('PTTL', KEYS[2])
if left > 0 then return { 'wait', tostring(left) } end
local gap = redis.call('PTTL', KEYS[3])
if gap > 0 then return { 'gap', tostring(gap) } end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
if tonumber(ARGV[4]) > 0 then redis.call('SET', KEYS[3], ARGV[5], 'PX', ARGV[4]) end
return { 'go' }
