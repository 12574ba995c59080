-- Rollout ids: see rollouts/id.ts.
local symbols = '0123456789abcdefghijklmnopqrstuvwxyz'

local function id_of(number)
  local text = ''
  while number > 0 do
    local digit = number % 36
    text = string.sub(symbols, digit + 1, digit + 1) .. text
    number = (number - digit) / 36
  end
  return string.rep('0', 9 - #text) .. text
end

local function entry_of(id)
  return string.format('%.0f-0', tonumber(id, 36))
end

local function next_number(sequence, now)
  local last = tonumber(redis.call('GET', sequence) or '0')
  return math.max(last + 1, tonumber(now) * 16)
end
