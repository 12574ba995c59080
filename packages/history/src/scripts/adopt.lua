-- Stores digests without a rollout, unless one is under way or began since: the digests that it stored before its patch must stay.
-- KEYS: workload
-- ARGV: seconds that a workload without a record is kept, '1' when a newer rollout prevents it, the newest that is known ('' for none), field, digests, field, digests …
if redis.call('HEXISTS', KEYS[1], 'active') == 1 then return 0 end
if ARGV[2] == '1' and (redis.call('HGET', KEYS[1], 'latest') or '') ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
if redis.call('HEXISTS', KEYS[1], 'record') == 0 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return 1
