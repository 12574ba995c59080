-- ARGV from `first` on: triples of field, value expected ('' for none), new value. Says whether all of them still hold.
local function holds(key, first)
  for i = first, #ARGV, 3 do
    if (redis.call('HGET', key, ARGV[i]) or '') ~= ARGV[i + 1] then return false end
  end
  return true
end

local function write(key, first)
  for i = first, #ARGV, 3 do
    if ARGV[i + 2] ~= ARGV[i + 1] then redis.call('HSET', key, ARGV[i], ARGV[i + 2]) end
  end
end
