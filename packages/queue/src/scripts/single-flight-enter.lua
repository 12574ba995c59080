-- KEYS: value, lock, gap. ARGV: not before, token, lock milliseconds, gap milliseconds, share and a space, with which its tokens begin,
-- milliseconds that another share's production is waited for, milliseconds that this caller has waited.
-- Returns 'kept', started, value; or 'wait', milliseconds at most (another process produces); or 'gap', milliseconds; or 'go' (the lock is ours).
local kept = redis.call('GET', KEYS[1])
if kept then
  local started, value = string.match(kept, '^(%d+) (.*)$')
  if started and tonumber(started) >= tonumber(ARGV[1]) then return { 'kept', started, value } end
end
local share, patience = ARGV[5], tonumber(ARGV[6])
local function isOwn(token) return string.sub(token, 1, #share) == share end
local lock = redis.call('GET', KEYS[2])
if lock then
  local left = redis.call('PTTL', KEYS[2])
  -- Another share may be slow by its own doing. After each of its tries only one goes on in its place, and whoever waits for long.
  local isNew = tonumber(ARGV[3]) - left < patience and tonumber(ARGV[7]) < 3 * patience
  if isOwn(lock) or isNew then return { 'wait', tostring(left) } end
end
local gap = redis.call('GET', KEYS[3])
if gap and (gap == '' or isOwn(gap)) then return { 'gap', tostring(redis.call('PTTL', KEYS[3])) } end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
if tonumber(ARGV[4]) > 0 then redis.call('SET', KEYS[3], '', 'PX', ARGV[4]) end
return { 'go' }
