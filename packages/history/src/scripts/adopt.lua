-- Stores digests without a rollout, unless one is under way: the digests that it stored before its patch must stay.
-- KEYS: workload
-- ARGV: seconds that a workload without a record is kept, field, digests, field, digests …
if redis.call('HEXISTS', KEYS[1], 'active') == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
if redis.call('HEXISTS', KEYS[1], 'record') == 0 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return 1
