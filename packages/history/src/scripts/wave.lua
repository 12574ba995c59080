-- Counts how updates end, by workload, and stops all rollouts when so many fail at once that the cause is probably the cluster. Needs event.
local function count(failed, succeeded, stop, events, max, now, workload, outcome, window, minimum, message)
  local own = outcome == 'failed' and failed or succeeded
  redis.call('ZADD', own, now, workload)
  redis.call('PEXPIRE', own, window)
  if outcome ~= 'failed' or redis.call('EXISTS', stop) == 1 then return end

  local before = string.format('(%.0f', tonumber(now) - tonumber(window))
  for _, key in ipairs({ failed, succeeded }) do redis.call('ZREMRANGEBYSCORE', key, '-inf', before) end
  local bad, good = redis.call('ZCARD', failed), redis.call('ZCARD', succeeded)
  if bad < tonumber(minimum) or bad <= good then return end
  local text = string.format(message, bad, good)
  redis.call('HSET', stop, 'message', text, 'at', now)
  emit(events, max, now, 'cluster', '', '', 'stopped', text)
end
