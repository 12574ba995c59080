-- Writes digests down without a rollout, unless one is under way: what it wrote down before it patched must stay.
-- KEYS: workload
-- ARGV: field, digests, field, digests …
if redis.call('HEXISTS', KEYS[1], 'active') == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV))
return 1
