-- KEYS: value, lock. ARGV: token, 'started value' or '' when there is none, milliseconds to keep it.
-- A producer whose lock expired was given up: its value may be older than the kept one.
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
if ARGV[2] ~= '' then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
redis.call('DEL', KEYS[2])
return 1
