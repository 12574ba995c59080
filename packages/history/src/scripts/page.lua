-- One page of rollouts, newest first, in one look. Needs id.
-- KEYS: rollouts, index or rollouts of a workload
-- ARGV: 'all' or 'workload', oldest id, newest id, id before which to go on ('' for none), state letter ('' for any), limit, looked at at most
-- Returns the cursor ('' when this was the last), then id, record, id, record …
local rollouts, source = KEYS[1], KEYS[2]
local oldest, newest, before, state = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local limit, budget = tonumber(ARGV[6]), tonumber(ARGV[7])

local function older_than(id, inclusive, count)
  if ARGV[1] == 'workload' then
    return redis.call('ZRANGE', source, (inclusive and '[' or '(') .. id, '[' .. oldest, 'BYLEX', 'REV', 'LIMIT', 0, count)
  end
  local ids = {}
  local top = (inclusive and '' or '(') .. entry_of(id)
  for _, entry in ipairs(redis.call('XREVRANGE', source, top, entry_of(oldest), 'COUNT', count)) do
    ids[#ids + 1] = id_of(tonumber(string.match(entry[1], '^%d+')))
  end
  return ids
end

local page, found, looked = { '' }, 0, 0
local from, inclusive = newest, true
if before ~= '' and before <= newest then from, inclusive = before, false end

while looked < budget do
  local count = math.min(limit - found + 1, budget - looked)
  local ids = older_than(from, inclusive, count)
  for _, id in ipairs(ids) do
    local record = redis.call('HGET', rollouts, id)
    if record and (state == '' or string.sub(record, 2, 2) == state) then
      if found == limit then
        page[1] = from
        return page
      end
      found = found + 1
      page[#page + 1] = id
      page[#page + 1] = record
    end
    from, inclusive, looked = id, false, looked + 1
  end
  if #ids < count then return page end
end
page[1] = from
return page
