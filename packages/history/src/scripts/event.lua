-- Appends to the event stream, which keeps about `max` entries.
local function emit(stream, max, now, kind, workload, rollout, name, message)
  redis.call('XADD', stream, 'MAXLEN', '~', max, '*',
    't', kind, 'a', now, 'w', workload, 'r', rollout, 'n', name, 'm', message)
end
