-- KEYS: value, lock, gap. ARGV: token, when it started, the value with 'v' before it or '' when there is none, milliseconds to keep it.
-- A producer that was given up may come after a newer one.
local kept = redis.call('GET', KEYS[1])
local started = kept and string.match(kept, '^(%d+) ')
if ARGV[3] ~= '' and not (started and tonumber(started) > tonumber(ARGV[2])) then
  redis.call('SET', KEYS[1], ARGV[2] .. ' ' .. string.sub(ARGV[3], 2), 'PX', ARGV[4])
end
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[2])
-- What failed for one share is no reason for the others to wait.
local gap = redis.call('PTTL', KEYS[3])
if ARGV[3] == '' and gap > 0 then redis.call('SET', KEYS[3], ARGV[1], 'PX', gap) end
return 1
