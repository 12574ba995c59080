-- Merges sorted sets of ids, newest first. A heap has the newest remaining id of each set that was read. A set is read only when it may have the next
-- id: `next_set` returns the key of each set and a number that none of its ids exceeds, the largest first. Heads are numbers, since Lua compares
-- text by the locale of the server.
local function merged(next_set, from, oldest, few)
  local heap, size = {}, 0

  local function load(set, below, count)
    set.ids = redis.call('ZRANGE', set.key, below, '[' .. oldest, 'BYLEX', 'REV', 'LIMIT', 0, count)
    set.at, set.head = 1, set.ids[1] and tonumber(set.ids[1], 36)
  end

  local function take(set)
    local id = set.ids[set.at]
    if set.at == #set.ids then
      load(set, '(' .. id, 20)
    else
      set.at = set.at + 1
      set.head = tonumber(set.ids[set.at], 36)
    end
    return id
  end

  local function rise(at)
    local parent = math.floor(at / 2)
    while parent >= 1 and heap[parent].head < heap[at].head do
      heap[at], heap[parent] = heap[parent], heap[at]
      at, parent = parent, math.floor(parent / 2)
    end
  end

  local function sink(at)
    while true do
      local child = 2 * at
      if child > size then return end
      if child < size and heap[child + 1].head > heap[child].head then child = child + 1 end
      if heap[at].head >= heap[child].head then return end
      heap[at], heap[child] = heap[child], heap[at]
      at = child
    end
  end

  local key, bound = next_set()
  return function()
    while key and (size == 0 or heap[1].head < bound) do
      local set = { key = key }
      load(set, from, few)
      if set.head then
        size = size + 1
        heap[size] = set
        rise(size)
      end
      key, bound = next_set()
    end
    if size == 0 then return nil end
    local id = take(heap[1])
    if not heap[1].head then
      heap[1], heap[size] = heap[size], nil
      size = size - 1
    end
    sink(1)
    return id
  end
end
