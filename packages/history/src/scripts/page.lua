-- One page of rollouts, newest first, in one look. Needs id, merge.
-- KEYS: rollouts, and the index, the rollouts of a workload, or the histories in each of some namespaces
-- ARGV: 'all', 'workload' or 'namespaces', prefix of the keys of a workload's rollouts, oldest id, newest id,
--   id before which to go on ('' for none), state letter ('' for any), limit, looked at at most
-- Returns the cursor ('' when this was the last), then id, record, id, record …
local rollouts, source = unpack(KEYS)
local kind, prefix, oldest, newest, before, state = unpack(ARGV)
local limit, budget = tonumber(ARGV[7]), tonumber(ARGV[8])

local from, inclusive = newest, true
if before ~= '' and tonumber(before, 36) <= tonumber(newest, 36) then from, inclusive = before, false end

local function of_all()
  local entries, at, top = {}, 0, (inclusive and '' or '(') .. entry_of(from)
  return function()
    at = at + 1
    if at > #entries then
      entries, at = redis.call('XREVRANGE', source, top, entry_of(oldest), 'COUNT', math.min(limit + 1, 100)), 1
      if #entries == 0 then return nil end
      top = '(' .. entries[#entries][1]
    end
    return id_of(tonumber(string.match(entries[at][1], '^%d+')))
  end
end

local function of_sets(next_set, count)
  local few = math.min(math.max(math.floor(2 * limit / count), 1), 100)
  return merged(next_set, (inclusive and '[' or '(') .. from, oldest, few)
end

local function of_workload()
  local key = source
  return of_sets(function()
    local one = key
    key = nil
    return one, math.huge
  end, 1)
end

local function of_namespaces()
  local lists, count = {}, 0
  local function fill(list)
    list.ids = redis.call('ZRANGE', list.key, list.rank, list.rank + 99, 'REV', 'WITHSCORES')
    list.rank, list.at = list.rank + 100, 1
    list.head = tonumber(list.ids[2])
  end
  for i = 2, #KEYS do
    local list = { key = KEYS[i], rank = 0 }
    fill(list)
    lists[#lists + 1] = list
    count = count + redis.call('ZCARD', list.key)
  end
  return of_sets(function()
    local first
    for _, list in ipairs(lists) do
      if list.head and (not first or list.head > first.head) then first = list end
    end
    if not first then return nil end
    local key, bound = prefix .. first.ids[first.at], first.head
    first.at = first.at + 2
    first.head = tonumber(first.ids[first.at + 1])
    if first.at > #first.ids then fill(first) end
    return key, bound
  end, math.max(count, 1))
end

local readers = { all = of_all, workload = of_workload, namespaces = of_namespaces }
local next_id, page, found = readers[kind](), { '' }, 0
for _ = 1, budget do
  local id = next_id()
  if not id then return page end
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
  from = id
end
page[1] = from
return page
